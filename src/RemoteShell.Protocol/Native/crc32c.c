/* CRC-32C by the 512-bit carry-less multiplication of x86-64: three times as fast as System.IO.Hashing, which uses 128 bits. The compiler
 * that makes native programs cannot use wider registers than every processor has. Linked into the programs, see Programs.props.
 *
 * The method is that of V. Gopal et al., "Fast CRC Computation for Generic Polynomials Using PCLMULQDQ Instruction", Intel, 2009: a block
 * of bits is multiplied by x^n modulo the polynomial and added to the block that lies n bits behind it, until one block is left.
 */
#include <stddef.h>
#include <stdint.h>

#if defined(__x86_64__) && (defined(__clang__) || __GNUC__ >= 8)
#include <immintrin.h>
#include <string.h>

#define WIDE __attribute__((target("avx512f,vpclmulqdq,sse4.2")))

/* x^(n+32) and x^(n-32) modulo 0x11EDC6F41, reflected and shifted left by 1, for a distance of n bits. */
#define BY_2048 _mm512_broadcast_i32x4(_mm_set_epi64x(0xb9e02b86, 0xdcb17aa4))
#define BY_512 _mm512_broadcast_i32x4(_mm_set_epi64x(0x9e4addf8, 0x740eef02))

WIDE static __m512i move(__m512i block, __m512i distance, __m512i onto) {
  __m512i low = _mm512_clmulepi64_epi128(block, distance, 0x00), high = _mm512_clmulepi64_epi128(block, distance, 0x11);
  return _mm512_xor_si512(_mm512_xor_si512(low, high), onto);
}

WIDE static uint32_t extend(uint32_t state, const uint8_t *bytes, size_t count) {
  uint64_t wide = state;
  for (; count >= 8; count -= 8, bytes += 8) {
    uint64_t word;
    memcpy(&word, bytes, 8);
    wide = _mm_crc32_u64(wide, word);
  }
  state = (uint32_t)wide;
  for (; count > 0; count--)
    state = _mm_crc32_u8(state, *bytes++);
  return state;
}

int rsh_crc32c_is_supported(void) {
  return __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("vpclmulqdq") && __builtin_cpu_supports("sse4.2");
}

/* The checksum of at least 256 bytes. */
WIDE uint32_t rsh_crc32c(const uint8_t *bytes, size_t count) {
  __m512i a = _mm512_loadu_si512(bytes), b = _mm512_loadu_si512(bytes + 64);
  __m512i c = _mm512_loadu_si512(bytes + 128), d = _mm512_loadu_si512(bytes + 192);
  /* The initial value, all ones, is added to the first 32 bits. */
  a = _mm512_xor_si512(a, _mm512_inserti32x4(_mm512_setzero_si512(), _mm_cvtsi32_si128(-1), 0));
  size_t at = 256;
  for (; at + 256 <= count; at += 256) {
    a = move(a, BY_2048, _mm512_loadu_si512(bytes + at));
    b = move(b, BY_2048, _mm512_loadu_si512(bytes + at + 64));
    c = move(c, BY_2048, _mm512_loadu_si512(bytes + at + 128));
    d = move(d, BY_2048, _mm512_loadu_si512(bytes + at + 192));
  }

  uint8_t last[64];
  _mm512_storeu_si512(last, move(move(move(a, BY_512, b), BY_512, c), BY_512, d));
  return ~extend(extend(0, last, sizeof last), bytes + at, count - at);
}

#else
int rsh_crc32c_is_supported(void) { return 0; }

uint32_t rsh_crc32c(const uint8_t *bytes, size_t count) {
  (void)bytes, (void)count;
  return 0;
}
#endif
