/*
 * detect.c - does a command need a display? Asked where neither -g nor --no-gui was said, and the caller has one.
 *
 * It does when a menu entry of the host starts it outside a terminal (the plan's gui.program, from the .desktop files), or when
 * its ELF file is linked with a library of windows. A menu entry that starts it in a terminal (gui.terminal) says it does not,
 * whatever it is linked with. A few reads of one file: nothing that a launch would notice.
 */
#include "nofear.h"

#include <elf.h>
#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { HEADERS_MAX = 64, DYNAMIC_MAX = 512 };

static const char *const windows[] = {"libX11.",      "libX11-xcb.",  "libxcb.",       "libXt.",        "libXaw",       "libgtk-",
                                      "libgdk-",      "libQt5Gui.",   "libQt5Widgets.", "libQt6Gui.",   "libQt6Widgets.", "libQtGui.",
                                      "libSDL-",      "libSDL2-",     "libSDL3.",      "libfltk.",      "libwx_gtk",    "libtk8",
                                      "libwayland-client."};

static bool of_windows(const char *library)
{
    for (size_t i = 0; i < sizeof windows / sizeof windows[0]; i++)
        if (strncmp(library, windows[i], strlen(windows[i])) == 0)
            return true;
    return false;
}

static bool at(int fd, void *to, size_t size, uint64_t offset)
{
    return pread(fd, to, size, (off_t)offset) == (ssize_t)size;
}

/* Where in the file an address of the program is; 0: nowhere. */
static uint64_t offset_of(const Elf64_Phdr *headers, size_t count, uint64_t address)
{
    for (size_t i = 0; i < count; i++)
        if (headers[i].p_type == PT_LOAD && address >= headers[i].p_vaddr && address - headers[i].p_vaddr < headers[i].p_filesz)
            return headers[i].p_offset + (address - headers[i].p_vaddr);
    return 0;
}

static bool linked(int fd)
{
    Elf64_Ehdr head;
    Elf64_Phdr headers[HEADERS_MAX];
    static Elf64_Dyn dynamic[DYNAMIC_MAX];
    if (!at(fd, &head, sizeof head, 0) || memcmp(head.e_ident, ELFMAG, SELFMAG) != 0 || head.e_ident[EI_CLASS] != ELFCLASS64 ||
        head.e_phentsize != sizeof headers[0] || head.e_phnum > HEADERS_MAX ||
        !at(fd, headers, head.e_phnum * sizeof headers[0], head.e_phoff))
        return false;
    size_t count = 0;
    uint64_t names = 0;
    for (size_t i = 0; i < head.e_phnum; i++)
        if (headers[i].p_type == PT_DYNAMIC) {
            count = headers[i].p_filesz / sizeof dynamic[0];
            if (count > DYNAMIC_MAX || !at(fd, dynamic, count * sizeof dynamic[0], headers[i].p_offset))
                return false;
        }
    for (size_t i = 0; i < count; i++)
        if (dynamic[i].d_tag == DT_STRTAB)
            names = offset_of(headers, head.e_phnum, dynamic[i].d_un.d_ptr);
    for (size_t i = 0; names > 0 && i < count && dynamic[i].d_tag != DT_NULL; i++) {
        char library[64] = "";
        if (dynamic[i].d_tag == DT_NEEDED && pread(fd, library, sizeof library - 1, (off_t)(names + dynamic[i].d_un.d_val)) > 0 &&
            of_windows(library))
            return true;
    }
    return false;
}

static int open_program(const char *path)
{
    struct stat status;
    int fd = access(path, X_OK) == 0 ? open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK) : -1;
    if (fd >= 0 && (fstat(fd, &status) < 0 || !S_ISREG(status.st_mode))) {
        close(fd);
        return -1;
    }
    return fd;
}

/* As the caller's shell would find it. */
static int find(const char *command)
{
    const char *path = getenv("PATH");
    if (strchr(command, '/'))
        return open_program(command);
    for (const char *part = path ? path : ""; *part;) {
        char file[PATH_MAX];
        size_t length = strcspn(part, ":");
        int n = snprintf(file, sizeof file, "%.*s/%s", (int)length, part, command);
        int fd = length > 0 && n < (int)sizeof file ? open_program(file) : -1;
        if (fd >= 0)
            return fd;
        part += length + (part[length] == ':');
    }
    return -1;
}

static bool listed(const struct plan *plan, const char *key, const char *name)
{
    struct nf_pairs pairs = plan->pairs;
    for (const char *program; (program = plan_next(&pairs, key));)
        if (strcmp(program, name) == 0)
            return true;
    return false;
}

bool needs_display(const struct plan *plan, const char *command)
{
    const char *slash = strrchr(command, '/'), *name = slash ? slash + 1 : command;
    if (listed(plan, "gui.terminal", name))
        return false;
    if (listed(plan, "gui.program", name))
        return true;
    int fd = find(command);
    bool needed = fd >= 0 && linked(fd);
    if (fd >= 0)
        close(fd);
    return needed;
}
