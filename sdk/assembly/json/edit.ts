// Edits of an object's text, known to be valid JSON, that leave every other byte as it is.
//
//   {  "a": 1 ,  "b": 2  }
//   start             ↑ behind the last value; the white space up to the bracket is the tail

import { isName, firstIn, memberValue, nextBehind, valueEnd } from "./walk";

/**
 * Writes the object at `start..end` with a member added, when `added` is not empty: one copy, for an object that has no member
 * of that name. Gives the size.
 */
export function writeExtended(out: usize, start: usize, end: usize, added: usize, addedSize: usize): usize {
  let tail = end - 1;
  while (load<u8>(tail - 1) <= 0x20) --tail;
  memory.copy(out, start, tail - start);
  return writeEnd(out + (tail - start), tail - 1 > start, tail, end, added, addedSize) - out;
}

/** Writes the object without the members called `key`, and with one added when `added` is not empty. Gives the size. */
export function writeEdited(
  out: usize,
  start: usize,
  end: usize,
  key: usize,
  keySize: usize,
  added: usize,
  addedSize: usize,
): usize {
  let tail = start + 1;
  /** Where the last member that was kept ends, or the opening bracket. */
  let written = out + 1;
  let kept = false;

  let at = firstIn(start, end);
  // The bracket, and the white space behind it.
  let copied = written;
  const head = (at != 0 ? at : tail) - start;
  memory.copy(out, start, head);
  copied = out + head;
  while (at != 0) {
    tail = valueEnd(memberValue(at, end), end);
    const next = nextBehind(tail, end);
    if (!isName(at, end, key, keySize)) {
      const size = (next != 0 ? next : tail) - at;
      memory.copy(copied, at, size);
      written = copied + (tail - at);
      copied += size;
      kept = true;
    }
    at = next;
  }
  return writeEnd(written, kept, tail, end, added, addedSize) - out;
}

function writeEnd(out: usize, comma: bool, tail: usize, end: usize, added: usize, addedSize: usize): usize {
  if (addedSize > 0) {
    if (comma) store<u8>(out++, 0x2c);
    memory.copy(out, added, addedSize);
    out += addedSize;
  }
  memory.copy(out, tail, end - tail);
  return out + (end - tail);
}
