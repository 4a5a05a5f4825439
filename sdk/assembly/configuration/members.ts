import { Json, JsonMember } from "../json/json";

/** The members of an object, and which of them were asked for. A hash table: a map of thousands of names takes no square time. */
export class Members {
  /** Places in `members` plus one; 0 is free. At most half full. */
  private slots: StaticArray<i32>;
  private asked: StaticArray<bool>;
  /** The first name that stood before; null when all differ. */
  repeated: string | null = null;

  constructor(private members: JsonMember[]) {
    let size = 4;
    while (size < members.length * 2) size <<= 1;
    this.slots = new StaticArray<i32>(size);
    this.asked = new StaticArray<bool>(members.length);
    for (let i = 0; i < members.length; ++i) {
      const name = members[i].name;
      const slot = this.slotOf(name);
      if (unchecked(this.slots[slot]) == 0) unchecked((this.slots[slot] = i + 1));
      else if (this.repeated === null) this.repeated = name;
    }
  }

  has(name: string): bool {
    return unchecked(this.slots[this.slotOf(name)]) != 0;
  }

  /** The value of a member, which is thereby known; null when there is none. */
  ask(name: string): Json | null {
    const place = unchecked(this.slots[this.slotOf(name)]) - 1;
    if (place < 0) return null;
    unchecked((this.asked[place] = true));
    return this.members[place].value;
  }

  /** All names, which are thereby known. */
  askAll(): string[] {
    const names: string[] = [];
    for (let i = 0; i < this.members.length; ++i) {
      unchecked((this.asked[i] = true));
      names.push(this.members[i].name);
    }
    return names;
  }

  /** The first name that nobody asked for; null when there is none. */
  unknown(): string | null {
    for (let i = 0; i < this.members.length; ++i) {
      if (!unchecked(this.asked[i])) return this.members[i].name;
    }
    return null;
  }

  /** The slot of a name, or the free one where it belongs. */
  private slotOf(name: string): i32 {
    const mask = this.slots.length - 1;
    let slot = (<i32>hash(name)) & mask;
    let place = unchecked(this.slots[slot]);
    while (place != 0 && this.members[place - 1].name != name) {
      slot = (slot + 1) & mask;
      place = unchecked(this.slots[slot]);
    }
    return slot;
  }
}

/** FNV-1a over UTF-16 units. Configurations are not written by attackers. */
function hash(name: string): u32 {
  let value: u32 = 0x811c9dc5;
  for (let i = 0; i < name.length; ++i) value = (value ^ (<u32>name.charCodeAt(i))) * 0x01000193;
  return value ^ (value >> 15);
}
