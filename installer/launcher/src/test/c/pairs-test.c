/* pairs.c: what is added is read again, and what is cut short or no pairs at all is neither believed nor left. */
#include "protocol.h"

#include "check.h"

#include <string.h>

static void in_and_out(void)
{
    struct nf_buffer buffer;
    nf_buffer_init(&buffer, 64);
    nf_pair_add(&buffer, "arg", "");
    nf_pair_add(&buffer, "arg", "a=b\n\xff");
    nf_pair_add_number(&buffer, "n", UINT64_MAX);
    size_t size = nf_buffer_size(&buffer);
    struct nf_pairs pairs = nf_pairs_of(buffer.data, size), at = pairs;
    const char *key, *value;
    CHECK("pairs are valid", nf_pairs_valid(buffer.data, size));
    CHECK("an empty value is one", nf_pairs_next(&at, &key, &value) && strcmp(key, "arg") == 0 && value[0] == 0);
    CHECK("any byte but NUL comes back", nf_pairs_next(&at, &key, &value) && strcmp(value, "a=b\n\xff") == 0);
    CHECK("a number is its decimal text", strcmp(nf_pairs_get(pairs, "n"), "18446744073709551615") == 0);
    CHECK("the first of a key is found, an absent one is not", nf_pairs_get(pairs, "arg")[0] == 0 && !nf_pairs_get(pairs, "ar"));
    CHECK("the end is the end", nf_pairs_next(&at, &key, &value) && !nf_pairs_next(&at, &key, &value) && !nf_pairs_next(&at, &key, &value));
    char large[64];
    memset(large, 'x', sizeof large - 1);
    large[63] = 0;
    CHECK("a pair that does not fit leaves nothing behind",
          nf_pair_add(&buffer, "k", large) < 0 && nf_buffer_size(&buffer) == size && nf_pairs_valid(buffer.data, size));
    nf_buffer_free(&buffer);
    CHECK("nothing is valid and empty", nf_pairs_valid(NULL, 0) && !nf_pairs_get(nf_pairs_of(NULL, 0), "k"));
    CHECK("half a pair is not valid", !nf_pairs_valid("k\0", 2) && !nf_pairs_valid("k\0v", 3) && nf_pairs_valid("k\0v\0", 4));
    CHECK("a value that is cut short is not given", !nf_pairs_get(nf_pairs_of("k\0v", 3), "k"));
}

static void numbers(void)
{
    uint64_t value = 77;
    static const char *const bad[] = {"", "-1", "+1", " 1", "1 ", "0x1", "1e3", "18446744073709551616", "99999999999999999999999"};
    CHECK("a number up to the most", nf_number("100", 100, &value) && value == 100 && nf_number("0", 0, &value) && value == 0);
    CHECK("the largest there is", nf_number("18446744073709551615", UINT64_MAX, &value) && value == UINT64_MAX);
    value = 77;
    CHECK("not one more than the most", !nf_number("101", 100, &value) && !nf_number("7", 5, &value) && value == 77);
    bool none = !nf_number(NULL, 9, &value);
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
        none &= !nf_number(bad[i], UINT64_MAX, &value);
    CHECK("nothing else is a number", none && value == 77);
}

static void noise(void)
{
    bool ok = true;
    for (int i = 0; i < 200000; i++) {
        size_t size = (size_t)check_random(24), nuls = 0, n = 0, seen = 0;
        char *bytes = malloc(size); /* exactly: the sanitizer sees the first byte too many */
        for (size_t at = 0; at < size; at++) {
            bytes[at] = check_random(3) ? (char)check_random(256) : 0;
            nuls += bytes[at] == 0;
        }
        struct nf_pairs pairs = nf_pairs_of(bytes, size);
        const char *key, *value;
        while (nf_pairs_next(&pairs, &key, &value)) {
            n++;
            seen += strlen(key) + strlen(value) + 2;
            ok &= key >= bytes && value > key && value + strlen(value) < bytes + size;
        }
        ok &= seen <= size && n == nuls / 2;
        if (nf_pairs_valid(bytes, size))
            ok &= seen == size;
        nf_pairs_get(nf_pairs_of(bytes, size), "k");
        free(bytes);
    }
    CHECK("200000 pieces of noise are read inside their bounds", ok);
}

int main(void)
{
    check_seed();
    in_and_out();
    numbers();
    noise();
    CHECK_END();
}
