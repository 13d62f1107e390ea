# The first 1024 bytes of a bzImage, as lkvm and QEMU load it: a header, and a start in real mode that goes to 32 bits,
# without paging, and jumps to the rest, which is loaded at 1 MiB.
        .code16
        .section .setup, "ax"
        .org 0x1f1
        .byte 1                         # setup_sects: one behind the boot sector
        .word 0
        .long 0x1000                    # syssize
        .word 0, 0, 0
        .word 0xaa55
        jmp start                       # at 0x200, where it begins
        .org 0x202
        .ascii "HdrS"
        .word 0x0206
        .long 0
        .word 0x1000, 0
        .byte 0, 1                      # loadflags: loaded at 1 MiB
        .word 0x8000
        .long 0x100000, 0, 0, 0
        .word 0xfe00, 0
        .long 0                         # cmd_line_ptr
        .long 0x37ffffff                # initrd_addr_max
        .long 0x1000
        .byte 0, 0
        .word 0
        .long 2047                      # cmdline_size
        .org 0x280
start:  cli
        # lgdt's operand is made on the stack: where this code lies depends on the loader.
        pushl $gdt
        pushw $23
        movw %sp, %bp
        lgdtl (%bp)
        movl %cr0, %eax
        orb $1, %al
        movl %eax, %cr0
        ljmpl $8, $protected
        .org 1024

        .code32
        .section .start, "ax"
        .globl protected
protected:
        movw $16, %ax
        movw %ax, %ds
        movw %ax, %es
        movw %ax, %ss
        movl $stack_end, %esp
        movl $bss_begin, %edi
        movl $bss_end, %ecx
        subl %edi, %ecx
        xorl %eax, %eax
        cld
        rep stosb
        call hostile
        # The end, whatever the machine: the keyboard controller's reset, then a fault without a handler.
        movb $0xfe, %al
        outb %al, $0x64
        lidt nowhere
        int3
1:      hlt
        jmp 1b
        .balign 8
gdt:    .quad 0, 0x00cf9a000000ffff, 0x00cf92000000ffff
nowhere: .word 0
        .long 0
        .section .note.GNU-stack, "", @progbits
