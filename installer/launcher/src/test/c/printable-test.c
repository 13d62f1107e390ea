/* printable.c, by the cases that its twin in Java has as well; and noise, which never comes through. */
#include "nofear.h"

#include "check.h"
#include "printable.h"

#include <string.h>

static size_t unhex(const char *hex, char *to)
{
    size_t n = 0;
    for (unsigned byte; sscanf(hex + 2 * n, "%2x", &byte) == 1 && hex[2 * n] != ' '; n++)
        to[n] = (char)byte;
    return n;
}

static void cases(void)
{
    FILE *file = fopen("guest-image/src/test/resources/printable.txt", "re");
    char line[400], bytes[200], shown[400];
    int n = 0;
    bool ok = file != NULL;
    while (file && fgets(line, sizeof line, file)) {
        char *text = strchr(line, ' ');
        if (line[0] == '#' || !text)
            continue;
        line[strcspn(line, "\n")] = 0;
        size_t length = unhex(line, bytes);
        size_t got = printable(shown, sizeof shown, bytes, length);
        bool same = strcmp(shown, text + 1) == 0 && got == strlen(shown);
        if (!same)
            printf("# %s gives %s\n", line, shown);
        ok &= same;
        n++;
    }
    if (file)
        fclose(file);
    CHECK("text is shown as the cases say", ok && n > 30);
}

static void ill_formed(void)
{
    static const struct {
        const char *bytes, *shown;
    } texts[] = {{"\xff", "\\xff"},         {"a\x9b" "2J", "a\\x9b2J"},      {"\xc3", "\\xc3"},           {"\xe2\x82", "\\xe2\\x82"},
                 {"\xc0\x9b", "\\xc0\\x9b"}, {"\xe0\x80\x9b", "\\xe0\\x80\\x9b"}, {"\xed\xa0\x80", "\\xed\\xa0\\x80"},
                 {"\xf4\x90\x80\x80", "\\xf4\\x90\\x80\\x80"}, {"\xc3\x28", "\\xc3("}};
    char shown[100];
    bool ok = true;
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        printable(shown, sizeof shown, texts[i].bytes, strlen(texts[i].bytes));
        ok &= strcmp(shown, texts[i].shown) == 0 && !is_utf8(texts[i].bytes, strlen(texts[i].bytes));
    }
    CHECK("bytes that are no UTF-8 are shown as bytes", ok);
    CHECK("and what is, is known", is_utf8("a\xc3\xa9\x1b", 4) && is_utf8("", 0));
}

static void small(void)
{
    char shown[8];
    memset(shown, 'x', sizeof shown);
    CHECK("what does not fit is cut between characters", printable(shown, 6, "abc\x1b", 4) == 3 && strcmp(shown, "abc") == 0);
    CHECK("nothing is written where there is no room", printable(shown, 0, "a", 1) == 0);
}

static void noise(void)
{
    bool ok = true;
    for (int i = 0; i < 20000; i++) {
        char bytes[40], shown[400];
        size_t length = (size_t)check_random(sizeof bytes);
        for (size_t at = 0; at < length; at++)
            bytes[at] = (char)check_random(256);
        size_t n = printable(shown, sizeof shown, bytes, length);
        for (size_t at = 0; at < n; at++)
            ok &= (unsigned char)shown[at] >= 32 && shown[at] != 127;
        ok &= is_utf8(shown, n) && shown[n] == 0;
    }
    CHECK("noise becomes UTF-8 without control characters", ok);
}

int main(void)
{
    check_seed();
    cases();
    ill_formed();
    small();
    noise();
    CHECK_END();
}
