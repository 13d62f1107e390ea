/* netlink.c: what is built is what the kernel reads, and what is read may be anything. */
#include "netlink.h"

#include "check.h"

#include <string.h>

static void built(void)
{
    struct messages messages;
    const struct nlmsghdr *head = (const void *)messages.bytes;
    const uint32_t header = 0x01020304;
    messages_init(&messages);
    message_add(&messages, 77, NLM_F_ACK, &header, sizeof header);
    size_t outer = nest_begin(&messages, 5), inner = nest_begin(&messages, 6);
    attribute_text(&messages, 7, "abcd");
    nest_end(&messages, inner);
    attribute_be32(&messages, 8, 0x0a000001);
    nest_end(&messages, outer);
    message_add(&messages, 78, 0, &header, sizeof header);
    CHECK("a message has its length, type and flags", head->nlmsg_len == 16 + 4 + 4 + 4 + 12 + 8 && head->nlmsg_type == 77 &&
                                                           head->nlmsg_flags == (NLM_F_ACK | NLM_F_REQUEST));
    CHECK("one answer is waited for", messages.acknowledged == 1 && messages.sequence - messages.first_sequence == 1);
    struct span all = message_attributes(head, sizeof header), outside = attribute_find(all, 5, 0), inside = attribute_find(outside, 6, 0);
    struct span text = attribute_find(inside, 7, 0), number = attribute_find(outside, 8, 4);
    CHECK("nested attributes are found where they are", text.at && text.size == 5 && memcmp(text.at, "abcd", 5) == 0);
    CHECK("a number is in the network's order", number.at && memcmp(number.at, "\x0a\0\0\1", 4) == 0);
    CHECK("not elsewhere", !attribute_find(all, 6, 0).at && !attribute_find(inside, 8, 0).at);
    CHECK("nor where there is less than asked for", !attribute_find(outside, 8, 5).at);
    for (int i = 0; i < 3000; i++)
        attribute_u32(&messages, 1, 1);
    CHECK("what does not fit makes it full", messages.full && messages.length <= sizeof messages.bytes);
    CHECK("and full it is not sent", netlink_ask(-1, &messages, NULL, NULL) < 0);
    messages_init(&messages);
    attribute_add(&messages, 1, NULL, 70000);
    CHECK("an attribute has an end", messages.full && messages.length == 0);
}

/* Every way of cutting and of lying about lengths: the sanitizers see a step too far. */
static void hostile(void)
{
    bool inside = true;
    for (int run = 0; run < 20000; run++) {
        unsigned char *bytes = malloc(64); /* so that the end is the end */
        size_t size = (size_t)check_random(65);
        unsigned char *cut = malloc(size ? size : 1);
        if (!bytes || !cut)
            exit(2);
        for (size_t i = 0; i < 64; i++)
            bytes[i] = (unsigned char)(check_random(3) ? check_random(9) : check_random(256));
        memcpy(cut, bytes, size);
        const struct span attributes = {cut, size};
        for (uint16_t type = 0; type < 9; type++) {
            struct span found = attribute_find(attributes, type, check_random(6));
            inside &= !found.at || (found.at >= cut && found.at + found.size <= cut + size);
            struct span deeper = attribute_find(found, (uint16_t)check_random(9), 0);
            inside &= !deeper.at || (deeper.at >= found.at && deeper.at + deeper.size <= found.at + found.size);
        }
        free(bytes);
        free(cut);
    }
    CHECK("whatever is read, what is found lies in it", inside);
    const struct nlmsghdr stub = {.nlmsg_len = sizeof stub};
    CHECK("a message too short for its header has no attributes", !message_attributes(&stub, 4).at);
    CHECK("nothing has none", !attribute_find((struct span){NULL, 0}, 1, 0).at && span_u32((struct span){NULL, 0}) == 0);
}

int main(void)
{
    check_seed();
    built();
    hostile();
    CHECK_END();
}
