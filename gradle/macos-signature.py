"""macos-signature.py FILE: recomputes the page hashes of an ad-hoc signature, which macOS does before it runs a page.

Python because Apple's codesign runs on macOS only. Layout: <mach-o/loader.h> and <kern/cs_blobs.h> of Apple's XNU.
"""

import hashlib
import struct
import sys

LC_CODE_SIGNATURE = 0x1D
EMBEDDED_SIGNATURE = 0xFADE0CC0
CODE_DIRECTORY = 0xFADE0C02
ADHOC = 0x2
SHA256 = 2


def signature(binary):
    """The bytes of the signature's blob."""
    magic, _, _, _, commands = struct.unpack_from("<IIIII", binary)
    if magic != 0xFEEDFACF:
        sys.exit("not a Mach-O file of 64 bits")
    at = 32
    for _ in range(commands):
        command, size = struct.unpack_from("<II", binary, at)
        if command == LC_CODE_SIGNATURE:
            start, length = struct.unpack_from("<II", binary, at + 8)
            return binary[start : start + length]
        at += size
    sys.exit("not signed")


def code_directory(blob):
    magic, _, count = struct.unpack_from(">III", blob)
    if magic != EMBEDDED_SIGNATURE:
        sys.exit("the signature is none")
    for index in range(count):
        _, start = struct.unpack_from(">II", blob, 12 + 8 * index)
        if struct.unpack_from(">I", blob, start)[0] == CODE_DIRECTORY:
            return blob[start:]
    sys.exit("the signature has no code directory")


def main(path):
    with open(path, "rb") as file:
        binary = file.read()
    directory = code_directory(signature(binary))
    (_, _, _, flags, hashes, _, _, pages, limit, hash_size, hash_type, _, page_bits) = struct.unpack_from(
        ">IIIIIIIIIBBBB", directory
    )
    if hash_type != SHA256:
        sys.exit(f"hashes of type {hash_type}")
    page = 1 << page_bits
    if pages == 0 or pages != -(-limit // page):
        sys.exit(f"{pages} hashes for {limit} bytes")
    for index in range(pages):
        stored = directory[hashes + index * hash_size :][:hash_size]
        if hashlib.sha256(binary[index * page : min((index + 1) * page, limit)]).digest() != stored:
            sys.exit(f"page {index} is not what was signed")
    if not flags & ADHOC:
        sys.exit("signed by somebody")
    print(f"ad-hoc signature, {pages} pages as signed")


main(sys.argv[1])
