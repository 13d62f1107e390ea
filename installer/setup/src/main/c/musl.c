/*
 * musl.c - libnofear-musl.so: the one symbol that JNA's library wants of glibc and that musl, the C library of Alpine, does not have.
 * The start script preloads it where the C library is musl. It is linked with no C library at all, so that the one of the process
 * has strdup() for it.
 */
char *strdup(const char *text);
char *__strdup(const char *text);

char *__strdup(const char *text)
{
    return strdup(text);
}
