import { Cidr } from "./cidr";
import { IpAddress } from "./ip-address";

/**
 * A set of blocks, for allow and deny lists of any length: a lookup takes a binary search. Two blocks are apart or one lies in
 * the other, so a sorted list without those that lie in others needs to look at one block only.
 */
export class CidrSet {
  private ipv4: Cidr[] = [];
  private ipv6: Cidr[] = [];

  /** Reads a list, such as one from the configuration. Null when one entry is no block; `firstMistake` says which. */
  static parse(texts: string[]): CidrSet | null {
    const set = new CidrSet();
    for (let i = 0; i < texts.length; ++i) {
      if (!set.add(texts[i])) return null;
    }
    return set;
  }

  /** The place of the first entry that is no block; -1 when all are good. */
  static firstMistake(texts: string[]): i32 {
    for (let i = 0; i < texts.length; ++i) {
      if (Cidr.parse(texts[i]) === null) return i;
    }
    return -1;
  }

  /** How many blocks there are; one that lies in another is not kept. */
  get size(): i32 {
    return this.ipv4.length + this.ipv6.length;
  }

  /** Adds the block that `text` spells; false when it spells none. */
  add(text: string): bool {
    const block = Cidr.parse(text);
    if (block === null) return false;
    this.addBlock(block);
    return true;
  }

  /** Adds a block. */
  addBlock(block: Cidr): void {
    const blocks = block.isIpv4 ? this.ipv4 : this.ipv6;
    const at = upperBound(blocks, block.first);
    if (at > 0 && blocks[at - 1].includes(block)) return;
    // A block that starts where this one does and is smaller lies before `at`.
    let start = at;
    while (start > 0 && block.includes(blocks[start - 1])) --start;
    let end = at;
    while (end < blocks.length && block.includes(blocks[end])) ++end;
    insertAt(blocks, start, end, block);
  }

  /** Whether a block holds the address. */
  contains(address: IpAddress): bool {
    const blocks = address.isIpv4 ? this.ipv4 : this.ipv6;
    const at = upperBound(blocks, address);
    return at > 0 && blocks[at - 1].contains(address);
  }

  /** `contains` for the text of an address; false when it is none. */
  containsText(text: string): bool {
    const address = IpAddress.parse(text);
    return address !== null && this.contains(address);
  }
}

/** How many blocks start at or before the address. */
function upperBound(blocks: Cidr[], address: IpAddress): i32 {
  let low = 0;
  let high = blocks.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    const first = blocks[middle].first;
    if (first.high < address.high || (first.high == address.high && first.low <= address.low))
      low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Puts `block` in the place of `blocks[start..end)`. */
function insertAt(blocks: Cidr[], start: i32, end: i32, block: Cidr): void {
  if (start == end) {
    blocks.push(block);
    for (let i = blocks.length - 1; i > start; --i) blocks[i] = blocks[i - 1];
    blocks[start] = block;
    return;
  }
  blocks[start] = block;
  let kept = start + 1;
  for (let i = end; i < blocks.length; ++i) blocks[kept++] = blocks[i];
  blocks.length = kept;
}
