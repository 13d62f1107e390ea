#include "hostile.h"

void out8(uint16_t port, uint8_t value)
{
    __asm__ volatile("outb %0, %1" : : "a"(value), "Nd"(port));
}

static uint8_t in8(uint16_t port)
{
    uint8_t value;
    __asm__ volatile("inb %1, %0" : "=a"(value) : "Nd"(port));
    return value;
}

void out32(uint16_t port, uint32_t value)
{
    __asm__ volatile("outl %0, %1" : : "a"(value), "Nd"(port));
}

uint32_t in32(uint16_t port)
{
    uint32_t value;
    __asm__ volatile("inl %1, %0" : "=a"(value) : "Nd"(port));
    return value;
}

static void put(char c)
{
    for (int i = 0; i < 100000 && !(in8(0x3fd) & 0x20); i++)
        ;
    out8(0x3f8, (uint8_t)c);
}

void say(const char *text)
{
    while (*text)
        put(*text++);
}

/* As far as it can be printed. */
void say_bytes(const uint8_t *bytes, size_t count)
{
    for (size_t i = 0; i < count; i++)
        put(bytes[i] >= ' ' && bytes[i] < 127 ? (char)bytes[i] : '.');
}

void say_number(uint32_t number)
{
    char text[12];
    size_t at = sizeof text - 1;
    text[at] = 0;
    do
        text[--at] = (char)('0' + number % 10);
    while (number /= 10);
    say(text + at);
}

size_t length_of(const char *text)
{
    size_t n = 0;
    while (text[n])
        n++;
    return n;
}

bool same(const char *one, const char *other)
{
    while (*one && *one == *other)
        one++, other++;
    return *one == *other;
}

/* What the compiler may call. */
void *memset(void *at, int value, size_t count)
{
    for (size_t i = 0; i < count; i++)
        ((volatile uint8_t *)at)[i] = (uint8_t)value;
    return at;
}

void *memcpy(void *to, const void *from, size_t count)
{
    for (size_t i = 0; i < count; i++)
        ((volatile uint8_t *)to)[i] = ((const uint8_t *)from)[i];
    return to;
}
