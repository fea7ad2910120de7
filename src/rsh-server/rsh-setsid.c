/* rsh-setsid [-g FILE] PROGRAM [ARGUMENT...]
 *
 * Makes a new session and executes PROGRAM, which is a path, in it. With -g it first moves itself into the control group whose
 * cgroup.procs is FILE; if that fails, PROGRAM runs where the server is. rsh-server starts commands through this program where it is
 * installed, and through setsid(1) elsewhere. setsid(1) takes ten times as long: its time goes into the dynamic linker and the
 * locale, so this program has no C library. Linux on x86-64 and arm64.
 *
 * Exit status where PROGRAM cannot be executed: 127 if it does not exist, else 126, as shells have it.
 */
#include <asm/unistd.h>

#ifndef __NR_close_range
#define __NR_close_range 436
#endif

enum { FIRST_DESCRIPTOR = 3, CLOSE_ON_EXEC = 4, CURRENT_FOLDER = -100, WRITE_ONLY = 1 };

enum { NO_ENTRY = 2, TOO_BIG = 7, NOT_EXECUTABLE = 8, NOT_PERMITTED = 13, STANDARD_ERROR = 2 };

static long system_call(long number, long a, long b, long c) {
#if defined(__x86_64__)
  long result;
  __asm__ volatile("syscall" : "=a"(result) : "a"(number), "D"(a), "S"(b), "d"(c) : "rcx", "r11", "memory");
  return result;
#elif defined(__aarch64__)
  register long x8 __asm__("x8") = number;
  register long x0 __asm__("x0") = a;
  register long x1 __asm__("x1") = b;
  register long x2 __asm__("x2") = c;
  __asm__ volatile("svc 0" : "+r"(x0) : "r"(x8), "r"(x1), "r"(x2) : "memory");
  return x0;
#else
#error "rsh-setsid knows x86-64 and arm64 only"
#endif
}

static void print(const char *text) {
  long length = 0;
  while (text[length])
    length++;
  system_call(__NR_write, STANDARD_ERROR, (long)text, length);
}

static const char *reason(long error) {
  switch (error) {
    case NO_ENTRY: return ": No such file or directory\n";
    case TOO_BIG: return ": Argument list too long\n";
    case NOT_EXECUTABLE: return ": Exec format error\n";
    case NOT_PERMITTED: return ": Permission denied\n";
    default: return ": cannot be executed\n";
  }
}

/* The kernel puts argc, the arguments, a null and the environment on the stack. */
__attribute__((noreturn, used)) static void start(long *stack) {
  long count = stack[0];
  char **arguments = (char **)(stack + 1);
  char **environment = arguments + count + 1;
  long error = NO_ENTRY;
  if (count > 3 && arguments[1][0] == '-' && arguments[1][1] == 'g' && !arguments[1][2]) {
    long file = system_call(__NR_openat, CURRENT_FOLDER, (long)arguments[2], WRITE_ONLY);
    if (file >= 0) {
      /* 0 is the process that writes. */
      system_call(__NR_write, file, (long)"0", 1);
      system_call(__NR_close, file, 0, 0);
    }
    count -= 2;
    arguments += 2;
  }
  if (count > 1) {
    system_call(__NR_setsid, 0, 0, 0);
    /* PROGRAM gets no descriptor of the server but the three standard ones. */
    system_call(__NR_close_range, FIRST_DESCRIPTOR, 0xFFFFFFFFL, CLOSE_ON_EXEC);
    error = -system_call(__NR_execve, (long)arguments[1], (long)(arguments + 1), (long)environment);
    print(arguments[1]);
    print(reason(error));
  } else {
    print("usage: rsh-setsid [-g FILE] PROGRAM [ARGUMENT...]\n");
  }
  for (;;)
    system_call(__NR_exit_group, error == NO_ENTRY ? 127 : 126, 0, 0);
}

#if defined(__x86_64__)
__asm__(".globl _start\n_start:\n mov %rsp, %rdi\n and $-16, %rsp\n call start\n");
#elif defined(__aarch64__)
__asm__(".globl _start\n_start:\n mov x0, sp\n bl start\n");
#endif
