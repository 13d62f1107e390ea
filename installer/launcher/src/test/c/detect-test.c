/* detect.c: which programs need a display, by menu entries and by the libraries that an ELF file names. */
#include "nofear.h"

#include "check.h"

#include <elf.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static char directory[] = "/tmp/nofear-detect-XXXXXX";

struct image {
    Elf64_Ehdr head;
    Elf64_Phdr load, dynamic;
    Elf64_Dyn table[3];
    char names[64];
};

/* A program that is linked with one library, as far as its dynamic section tells. */
static struct image linked_with(const char *library)
{
    struct image image = {.head = {.e_phnum = 2, .e_phentsize = sizeof(Elf64_Phdr), .e_phoff = offsetof(struct image, load)}};
    memcpy(image.head.e_ident, ELFMAG, SELFMAG);
    image.head.e_ident[EI_CLASS] = ELFCLASS64;
    image.load = (Elf64_Phdr){.p_type = PT_LOAD, .p_vaddr = 0x400000, .p_filesz = sizeof image};
    image.dynamic = (Elf64_Phdr){.p_type = PT_DYNAMIC, .p_offset = offsetof(struct image, table), .p_filesz = sizeof image.table};
    image.table[0] = (Elf64_Dyn){.d_tag = DT_NEEDED, .d_un.d_val = 1};
    image.table[1] = (Elf64_Dyn){.d_tag = DT_STRTAB, .d_un.d_ptr = 0x400000 + offsetof(struct image, names)};
    snprintf(image.names + 1, sizeof image.names - 1, "%s", library);
    return image;
}

static void program(const char *name, const void *bytes, size_t size)
{
    char path[128];
    snprintf(path, sizeof path, "%s/%s", directory, name);
    FILE *file = fopen(path, "w");
    if (!file || fwrite(bytes, 1, size, file) != size || fclose(file) != 0 || chmod(path, 0755) < 0)
        exit(2);
}

int main(void)
{
    static const char bytes[] = "gui.program\0firefox\0gui.program\0both\0gui.terminal\0vim\0";
    struct plan plan = {.data = (char *)bytes, .length = sizeof bytes - 1, .pairs = nf_pairs_of(bytes, sizeof bytes - 1)};
    struct image x = linked_with("libX11.so.6"), c = linked_with("libc.so.6"), gtk = linked_with("libgtk-3.so.0");
    char path[128];
    if (!mkdtemp(directory) || setenv("PATH", directory, 1) < 0)
        return 2;
    program("clock", &x, sizeof x);
    program("editor", &gtk, sizeof gtk);
    program("vim", &gtk, sizeof gtk);
    program("cat", &c, sizeof c);
    program("script", "#!/bin/sh\n", 10);
    CHECK("a program linked with libX11 needs a display", needs_display(&plan, "clock"));
    CHECK("and one linked with GTK", needs_display(&plan, "editor"));
    CHECK("one linked with neither does not", !needs_display(&plan, "cat"));
    CHECK("nor does a script", !needs_display(&plan, "script"));
    CHECK("nor what is not there", !needs_display(&plan, "nothing"));
    CHECK("a menu entry tells of a script's windows", needs_display(&plan, "firefox") && needs_display(&plan, "/opt/x/firefox"));
    CHECK("a menu entry in a terminal tells that there are none", !needs_display(&plan, "vim"));
    snprintf(path, sizeof path, "%s/clock", directory);
    CHECK("a path is taken as it is", needs_display(&plan, path));
    bool survived = true;
    for (size_t length = 0; length < sizeof x; length += 7) {
        program("cut", &x, length);
        survived &= !needs_display(&plan, "cut") || length > offsetof(struct image, names);
    }
    CHECK("a file that is cut short is none", survived);
    check_seed();
    for (int i = 0; i < 2000; i++) {
        struct image noise = x;
        for (int k = 0; k < 8; k++)
            ((unsigned char *)&noise)[SELFMAG + 1 + check_random(sizeof noise - SELFMAG - 1)] = (unsigned char)check_random(256);
        program("noise", &noise, sizeof noise);
        needs_display(&plan, "noise");
    }
    CHECK("noise does no harm", true);
    char command[160];
    snprintf(command, sizeof command, "rm -r %s", directory);
    if (setenv("PATH", "/usr/bin:/bin", 1) < 0 || system(command) != 0)
        return 2;
    CHECK_END();
}
