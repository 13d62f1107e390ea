/*
 * ingress.c - the filter of what a guest sends, in front of all else of the host's network: see ingress_filter in link.h. It is classic
 * BPF, whose answers are traffic control's (TC_ACT_SHOT: dropped); so it needs no bpf(2), and no rule of a firewall can take it away.
 * A read behind a frame's end would be the answer 0, which lets it pass: so what is too short goes first.
 */
#include "link.h"

#include "netlink.h"

#include <errno.h>
#include <linux/bpf.h>
#include <linux/filter.h>
#include <linux/if_ether.h>
#include <linux/pkt_cls.h>
#include <linux/rtnetlink.h>
#include <string.h>
#include <sys/socket.h>

#ifndef TC_H_CLSACT
#define TC_H_CLSACT TC_H_INGRESS
#endif
#ifndef TC_H_MIN_INGRESS
#define TC_H_MIN_INGRESS 0xFFF2U
#endif

enum { SHORTEST = 34 /* of Ethernet and IPv4 */, TO = 0, FROM = 6, TYPE = 12, SOURCE = 26, PRIORITY = 1, DIRECT = 1 };

static uint32_t upper(const unsigned char *mac)
{
    return (uint32_t)mac[0] << 24 | (uint32_t)mac[1] << 16 | (uint32_t)mac[2] << 8 | mac[3];
}

static uint32_t lower(const unsigned char *mac)
{
    return (uint32_t)mac[4] << 8 | mac[5];
}

static int queue_add(int fd, unsigned index)
{
    struct messages messages;
    const struct tcmsg head = {
        .tcm_family = AF_UNSPEC, .tcm_ifindex = (int)index, .tcm_parent = TC_H_CLSACT, .tcm_handle = TC_H_MAKE(TC_H_CLSACT, 0)};
    messages_init(&messages);
    message_add(&messages, RTM_NEWQDISC, NLM_F_CREATE | NLM_F_EXCL | NLM_F_ACK, &head, sizeof head);
    attribute_text(&messages, TCA_KIND, "clsact");
    return netlink_ask(fd, &messages, NULL, NULL);
}

static int program_add(int fd, unsigned index, const struct sock_filter *program, uint16_t length)
{
    struct messages messages;
    const struct tcmsg head = {.tcm_family = AF_UNSPEC,
                               .tcm_ifindex = (int)index,
                               .tcm_parent = TC_H_MAKE(TC_H_CLSACT, TC_H_MIN_INGRESS),
                               .tcm_info = TC_H_MAKE((uint32_t)PRIORITY << 16, __builtin_bswap16(ETH_P_ALL))};
    messages_init(&messages);
    message_add(&messages, RTM_NEWTFILTER, NLM_F_CREATE | NLM_F_EXCL | NLM_F_ACK, &head, sizeof head);
    attribute_text(&messages, TCA_KIND, "bpf");
    size_t options = nest_begin(&messages, TCA_OPTIONS);
    attribute_add(&messages, TCA_BPF_OPS_LEN, &length, sizeof length);
    attribute_add(&messages, TCA_BPF_OPS, program, length * sizeof *program);
    attribute_text(&messages, TCA_BPF_NAME, "nofear");
    attribute_u32(&messages, TCA_BPF_FLAGS, DIRECT);
    nest_end(&messages, options);
    return netlink_ask(fd, &messages, NULL, NULL);
}

#define LOAD(size, at) BPF_STMT(BPF_LD | (size) | BPF_ABS, at)
/* Goes on if it is so, else to the end, which is so many instructions away. */
#define IS(value, rest) BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, value, 0, rest)

int ingress_filter(int fd, unsigned index, const struct slot *slot)
{
    const struct sock_filter program[] = {
        BPF_STMT(BPF_LD | BPF_W | BPF_LEN, 0),
        BPF_JUMP(BPF_JMP | BPF_JGE | BPF_K, SHORTEST, 0, 15),
        LOAD(BPF_H, TYPE),
        IS(ETH_P_IP, 13),
        LOAD(BPF_W, TO),
        IS(upper(gateway_mac), 11),
        LOAD(BPF_H, TO + 4),
        IS(lower(gateway_mac), 9),
        LOAD(BPF_W, FROM),
        IS(upper(guest_mac), 7),
        LOAD(BPF_H, FROM + 4),
        IS(lower(guest_mac), 5),
        LOAD(BPF_W, SOURCE),
        IS(slot->guest, 3),
        LOAD(BPF_B, (uint32_t)(SKF_AD_OFF + SKF_AD_VLAN_TAG_PRESENT)),
        IS(0, 1),
        BPF_STMT(BPF_RET | BPF_K, TC_ACT_OK),
        BPF_STMT(BPF_RET | BPF_K, TC_ACT_SHOT),
    };
    int result = queue_add(fd, index);
    return result < 0 ? result : program_add(fd, index, program, sizeof program / sizeof *program);
}
