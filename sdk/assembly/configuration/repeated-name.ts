/** The place of the first name that stood before; -1 when all differ. A hash table, so that a large map takes no square time. */
export function repeatedName(names: string[]): i32 {
  if (names.length < 2) return -1;
  let size = 4;
  while (size < names.length * 2) size <<= 1;
  /** Places plus one; 0 is free. */
  const table = new StaticArray<i32>(size);
  for (let i = 0; i < names.length; ++i) {
    let slot = <i32>(hash(names[i]) & (<u32>(size - 1)));
    while (unchecked(table[slot]) != 0) {
      if (names[unchecked(table[slot]) - 1] == names[i]) return i;
      slot = (slot + 1) & (size - 1);
    }
    unchecked((table[slot] = i + 1));
  }
  return -1;
}

/** FNV-1a over UTF-16 units. Configurations are not written by attackers. */
function hash(name: string): u32 {
  let value: u32 = 0x811c9dc5;
  for (let i = 0; i < name.length; ++i) value = (value ^ (<u32>name.charCodeAt(i))) * 0x01000193;
  return value ^ (value >> 15);
}
