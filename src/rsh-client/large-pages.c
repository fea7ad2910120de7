/* Linked into the native program; runs before the runtime starts.
 *
 * At its start the runtime writes the tables of all types, 4 MB of memory that is empty until then: a fault for each 4 KiB, a tenth of
 * the time of a short command. This asks the kernel for pages of 2 MiB there. A kernel that has none, or is not Linux, goes on with
 * small ones.
 */
#define _GNU_SOURCE
#include <link.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/mman.h>

static int ask_for_large_pages(struct dl_phdr_info *program, size_t size, void *unused) {
  (void)size, (void)unused;
#ifdef MADV_HUGEPAGE
  for (int i = 0; i < program->dlpi_phnum; i++) {
    const ElfW(Phdr) *part = &program->dlpi_phdr[i];
    if (part->p_type != PT_LOAD || !(part->p_flags & PF_W))
      continue;
    uintptr_t page = part->p_align, start = program->dlpi_addr + part->p_vaddr;
    uintptr_t empty = (start + part->p_filesz + page - 1) & ~(page - 1), end = (start + part->p_memsz) & ~(page - 1);
    if (end > empty)
      madvise((void *)empty, end - empty, MADV_HUGEPAGE);
  }
#endif
  /* The program itself is the first; its libraries are left as they are. */
  return 1;
}

__attribute__((constructor)) static void start(void) { dl_iterate_phdr(ask_for_large_pages, NULL); }
