/*
 * nft.c - see nft.h. As `nft` would be told:
 *
 *     table netdev nofear {
 *         chain nofear0 {
 *             type filter hook ingress device "nofear0" priority 0; policy accept;
 *             meta pkttype set host
 *         }
 *     }
 *     flush set inet nofear uplinks; add element inet nofear uplinks { "eth0", ... }
 *
 * An empty ruleset has no such chain: who flushes the firewall shuts the gate.
 */
#include "nft.h"

#include "netlink.h"

#include <arpa/inet.h>
#include <errno.h>
#include <linux/if_packet.h>
#include <linux/netfilter.h>
#include <linux/netfilter/nf_tables.h>
#include <linux/netfilter/nfnetlink.h>
#include <string.h>
#include <sys/socket.h>

static const char TABLE[] = "nofear";

static uint16_t type_of(uint16_t what)
{
    return (uint16_t)(NFNL_SUBSYS_NFTABLES << 8 | what);
}

static void nft_add(struct messages *messages, uint16_t what, uint16_t flags, uint8_t family)
{
    const struct nfgenmsg head = {.nfgen_family = family, .version = NFNETLINK_V0};
    message_add(messages, type_of(what), flags, &head, sizeof head);
}

/* What is between the two happens as a whole or not at all. */
static void transaction(struct messages *messages, uint16_t mark)
{
    const struct nfgenmsg head = {.nfgen_family = AF_UNSPEC, .version = NFNETLINK_V0, .res_id = htons(NFNL_SUBSYS_NFTABLES)};
    message_add(messages, mark, 0, &head, sizeof head);
}

int nft_table_check(int fd)
{
    struct messages messages;
    messages_init(&messages);
    nft_add(&messages, NFT_MSG_GETTABLE, NLM_F_ACK, NFPROTO_INET);
    attribute_text(&messages, NFTA_TABLE_NAME, TABLE);
    return netlink_ask(fd, &messages, NULL, NULL);
}

static void chain_add(struct messages *messages, const char *interface)
{
    nft_add(messages, NFT_MSG_NEWCHAIN, NLM_F_CREATE | NLM_F_ACK, NFPROTO_NETDEV);
    attribute_text(messages, NFTA_CHAIN_TABLE, TABLE);
    attribute_text(messages, NFTA_CHAIN_NAME, interface);
    size_t hook = nest_begin(messages, NFTA_CHAIN_HOOK);
    attribute_be32(messages, NFTA_HOOK_HOOKNUM, NF_NETDEV_INGRESS);
    attribute_be32(messages, NFTA_HOOK_PRIORITY, 0);
    attribute_text(messages, NFTA_HOOK_DEV, interface);
    nest_end(messages, hook);
    attribute_be32(messages, NFTA_CHAIN_POLICY, NF_ACCEPT);
    attribute_text(messages, NFTA_CHAIN_TYPE, "filter");
}

static void expression_packet_host(struct messages *messages)
{
    const uint8_t host = PACKET_HOST;
    size_t expression = nest_begin(messages, NFTA_LIST_ELEM);
    attribute_text(messages, NFTA_EXPR_NAME, "immediate");
    size_t data = nest_begin(messages, NFTA_EXPR_DATA);
    attribute_be32(messages, NFTA_IMMEDIATE_DREG, NFT_REG_1);
    size_t value = nest_begin(messages, NFTA_IMMEDIATE_DATA);
    attribute_add(messages, NFTA_DATA_VALUE, &host, sizeof host);
    nest_end(messages, value);
    nest_end(messages, data);
    nest_end(messages, expression);
}

static void expression_set_type(struct messages *messages)
{
    size_t expression = nest_begin(messages, NFTA_LIST_ELEM);
    attribute_text(messages, NFTA_EXPR_NAME, "meta");
    size_t data = nest_begin(messages, NFTA_EXPR_DATA);
    attribute_be32(messages, NFTA_META_KEY, NFT_META_PKTTYPE);
    attribute_be32(messages, NFTA_META_SREG, NFT_REG_1);
    nest_end(messages, data);
    nest_end(messages, expression);
}

int nft_gate_open(int fd, const char *interface)
{
    struct messages messages;
    messages_init(&messages);
    transaction(&messages, NFNL_MSG_BATCH_BEGIN);
    nft_add(&messages, NFT_MSG_NEWTABLE, NLM_F_CREATE | NLM_F_ACK, NFPROTO_NETDEV);
    attribute_text(&messages, NFTA_TABLE_NAME, TABLE);
    chain_add(&messages, interface);
    nft_add(&messages, NFT_MSG_NEWRULE, NLM_F_CREATE | NLM_F_APPEND | NLM_F_ACK, NFPROTO_NETDEV);
    attribute_text(&messages, NFTA_RULE_TABLE, TABLE);
    attribute_text(&messages, NFTA_RULE_CHAIN, interface);
    size_t expressions = nest_begin(&messages, NFTA_RULE_EXPRESSIONS);
    expression_packet_host(&messages);
    expression_set_type(&messages);
    nest_end(&messages, expressions);
    transaction(&messages, NFNL_MSG_BATCH_END);
    return netlink_ask(fd, &messages, NULL, NULL);
}

/* A question costs nothing; a transaction, also one that comes to nothing, waits for the kernel's other processors. */
static int chain_look(int fd, const char *name)
{
    struct messages messages;
    messages_init(&messages);
    nft_add(&messages, NFT_MSG_GETCHAIN, NLM_F_ACK, NFPROTO_NETDEV);
    attribute_text(&messages, NFTA_CHAIN_TABLE, TABLE);
    attribute_text(&messages, NFTA_CHAIN_NAME, name);
    return netlink_ask(fd, &messages, NULL, NULL);
}

/* Younger kernels keep a chain whose interface is gone, and give it to the next one of that name. */
int nft_gate_remove(int fd, const char *interface)
{
    struct messages messages;
    int there = chain_look(fd, interface);
    if (there < 0)
        return there == -ENOENT || there == -EAFNOSUPPORT ? 0 : there;
    messages_init(&messages);
    transaction(&messages, NFNL_MSG_BATCH_BEGIN);
    nft_add(&messages, NFT_MSG_DELRULE, NLM_F_ACK, NFPROTO_NETDEV);
    attribute_text(&messages, NFTA_RULE_TABLE, TABLE);
    attribute_text(&messages, NFTA_RULE_CHAIN, interface);
    nft_add(&messages, NFT_MSG_DELCHAIN, NLM_F_ACK, NFPROTO_NETDEV);
    attribute_text(&messages, NFTA_CHAIN_TABLE, TABLE);
    attribute_text(&messages, NFTA_CHAIN_NAME, interface);
    transaction(&messages, NFNL_MSG_BATCH_END);
    int result = netlink_ask(fd, &messages, NULL, NULL);
    return result == -ENOENT ? 0 : result;
}

static void elements_add(struct messages *messages, const struct uplinks *uplinks)
{
    nft_add(messages, NFT_MSG_NEWSETELEM, NLM_F_CREATE | NLM_F_ACK, NFPROTO_INET);
    attribute_text(messages, NFTA_SET_ELEM_LIST_TABLE, TABLE);
    attribute_text(messages, NFTA_SET_ELEM_LIST_SET, "uplinks");
    size_t elements = nest_begin(messages, NFTA_SET_ELEM_LIST_ELEMENTS);
    for (size_t i = 0; i < uplinks->count; i++) {
        size_t element = nest_begin(messages, NFTA_LIST_ELEM), key = nest_begin(messages, NFTA_SET_ELEM_KEY);
        attribute_add(messages, NFTA_DATA_VALUE, uplinks->names[i], sizeof uplinks->names[i]);
        nest_end(messages, key);
        nest_end(messages, element);
    }
    nest_end(messages, elements);
}

int nft_uplinks_set(int fd, const struct uplinks *uplinks)
{
    struct messages messages;
    messages_init(&messages);
    transaction(&messages, NFNL_MSG_BATCH_BEGIN);
    nft_add(&messages, NFT_MSG_DELSETELEM, NLM_F_ACK, NFPROTO_INET);
    attribute_text(&messages, NFTA_SET_ELEM_LIST_TABLE, TABLE);
    attribute_text(&messages, NFTA_SET_ELEM_LIST_SET, "uplinks");
    if (uplinks->count > 0)
        elements_add(&messages, uplinks);
    transaction(&messages, NFNL_MSG_BATCH_END);
    return netlink_ask(fd, &messages, NULL, NULL);
}
