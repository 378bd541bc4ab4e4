"""Prints every character the embedded font has to have; see README.md."""
import sys
s=set()
for hi in range(0xA1,0xF8):
    for lo in range(0xA1,0xFF):
        try: s.add(bytes([hi,lo]).decode('gb2312'))
        except UnicodeDecodeError: pass
for a,b in ((0x20,0x7e),(0xa0,0xff),(0x2010,0x2027),(0x2030,0x203a),(0x2190,0x2199),(0x2460,0x2473),(0x25a0,0x25ff)):
    s|={chr(c) for c in range(a,b+1)}
s|=set('砬²³€≤≥≈−×÷→′″✕')
for f in sys.argv[1:]: s|=set(open(f,encoding='utf-8').read())
print(''.join(sorted(c for c in s if c.isprintable() or c=='\u00a0')),end='')
