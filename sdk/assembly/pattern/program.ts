import { CodeSet, LAST_CODE, wordCharacters } from "./code-set";
import { Assertion, NodeKind, PatternNode } from "./parser";

/** A larger program is refused: it bounds what one character of a text can cost. */
const MAX_SIZE: i32 = 2000;
const MAX_CLASSES: i32 = 255;

export enum Operation {
  /** Takes a character of set `x`, then goes to the next instruction. */
  Take,
  /** Goes to `x` and to `y`. */
  Fork,
  /** Goes to `x`. */
  Jump,
  /** Goes on where assertion `x` holds. */
  Assert,
  /** The text matches. */
  Match,
}

/**
 * A nondeterministic automaton as a list of instructions (Thompson's construction), and the classes of characters that it
 * cannot tell apart: it reads classes, of which there are few, instead of characters.
 */
export class Program {
  operations: u8[] = [];
  x: i32[] = [];
  y: i32[] = [];
  /** Whether a match can only begin where the text does. */
  anchored: bool = false;
  usesWords: bool = false;
  /** The number of classes; the end of the text counts as one more. */
  classes: i32 = 0;
  /** The class of each character below 128. */
  asciiClasses: StaticArray<u8> = new StaticArray<u8>(128);
  /** Whether the characters of a class are word characters. */
  wordClasses: StaticArray<bool> = new StaticArray<bool>(256);
  private sets: CodeSet[] = [];
  /** The first code point of each class, ascending; a class goes up to the next one. */
  private bounds: u32[] = [];
  /** 256 bits for each set: the classes in it. */
  private members: StaticArray<u32> = new StaticArray<u32>(0);

  get size(): i32 {
    return this.operations.length;
  }

  /** Whether `class_` lies in `set`; both must exist. */
  isMember(set: i32, class_: i32): bool {
    return ((unchecked(this.members[(set << 3) + (class_ >> 5)]) >> (class_ & 31)) & 1) != 0;
  }

  classOf(code: u32): i32 {
    if (code < 128) return unchecked(this.asciiClasses[code]);
    let low = 0;
    let high = this.bounds.length;
    while (high - low > 1) {
      const middle = (low + high) >>> 1;
      if (unchecked(this.bounds[middle]) <= code) low = middle;
      else high = middle;
    }
    return low;
  }

  /** Adds the instructions of a pattern; the reason why it cannot be done, or "". */
  build(root: PatternNode, whole: bool): string {
    if (whole) this.add(Operation.Assert, Assertion.Start);
    this.emit(root);
    if (whole) this.add(Operation.Assert, Assertion.End);
    this.add(Operation.Match);
    if (this.size >= MAX_SIZE) return "the pattern is too large";
    this.anchored = this.operations[0] == Operation.Assert && this.x[0] == Assertion.Start;
    return this.classify() ? "" : "the pattern has too many different characters";
  }

  /** Depth is that of the pattern's groups, which the parser limits. */
  private emit(node: PatternNode): void {
    if (this.size >= MAX_SIZE) return;
    switch (node.kind) {
      case NodeKind.Set: {
        const set = node.set;
        if (set !== null) this.add(Operation.Take, this.intern(set));
        break;
      }
      case NodeKind.Assertion:
        if (node.assertion >= Assertion.WordBoundary) this.usesWords = true;
        this.add(Operation.Assert, node.assertion);
        break;
      case NodeKind.Sequence:
        for (let i = 0; i < node.children.length; ++i) this.emit(node.children[i]);
        break;
      case NodeKind.Alternation:
        this.emitAlternation(node);
        break;
      default:
        this.emitRepetition(node);
    }
  }

  private emitAlternation(node: PatternNode): void {
    const jumps: i32[] = [];
    const last = node.children.length - 1;
    for (let i = 0; i < last; ++i) {
      const fork = this.add(Operation.Fork, this.size + 1);
      this.emit(node.children[i]);
      jumps.push(this.add(Operation.Jump));
      this.y[fork] = this.size;
    }
    this.emit(node.children[last]);
    for (let i = 0; i < jumps.length; ++i) this.x[jumps[i]] = this.size;
  }

  private emitRepetition(node: PatternNode): void {
    const child = node.children[0];
    for (let i = 0; i < node.least; ++i) {
      const start = this.size;
      this.emit(child);
      // Nothing repeated is nothing; and there is no need to go on when it is too much already.
      if (this.size == start || this.size >= MAX_SIZE) return;
    }
    if (node.most < 0) {
      const fork = this.add(Operation.Fork, this.size + 1);
      this.emit(child);
      this.add(Operation.Jump, fork);
      this.y[fork] = this.size;
      return;
    }
    const forks: i32[] = [];
    for (let i = node.least; i < node.most && this.size < MAX_SIZE; ++i) {
      forks.push(this.add(Operation.Fork, this.size + 1));
      this.emit(child);
    }
    for (let i = 0; i < forks.length; ++i) this.y[forks[i]] = this.size;
  }

  private add(operation: Operation, x: i32 = 0): i32 {
    this.operations.push(<u8>operation);
    this.x.push(x);
    this.y.push(0);
    return this.size - 1;
  }

  private intern(set: CodeSet): i32 {
    for (let i = 0; i < this.sets.length; ++i) {
      if (this.sets[i].equals(set)) return i;
    }
    this.sets.push(set);
    return this.sets.length - 1;
  }

  /** Splits the code points where any set begins or ends. */
  private classify(): bool {
    const edges = CodeSet.of(0, 0);
    for (let i = 0; i < this.sets.length; ++i) addEdges(edges.ranges, this.sets[i]);
    const words = wordCharacters();
    if (this.usesWords) addEdges(edges.ranges, words);
    const bounds = sortedUnique(edges.ranges);
    if (bounds.length > MAX_CLASSES) return false;
    this.bounds = bounds;
    this.classes = bounds.length;
    for (let code = 0, class_ = 0; code < 128; ++code) {
      if (class_ + 1 < bounds.length && bounds[class_ + 1] <= <u32>code) ++class_;
      this.asciiClasses[code] = <u8>class_;
    }
    this.members = new StaticArray<u32>(this.sets.length << 3);
    for (let class_ = 0; class_ < bounds.length; ++class_) {
      this.wordClasses[class_] = words.contains(bounds[class_]);
      for (let set = 0; set < this.sets.length; ++set) {
        if (this.sets[set].contains(bounds[class_]))
          this.members[(set << 3) + (class_ >> 5)] |= 1 << (class_ & 31);
      }
    }
    return true;
  }
}

function addEdges(edges: u32[], set: CodeSet): void {
  for (let i = 0; i < set.ranges.length; i += 2) {
    edges.push(set.ranges[i]);
    if (set.ranges[i + 1] < LAST_CODE) edges.push(set.ranges[i + 1] + 1);
  }
}

function sortedUnique(values: u32[]): u32[] {
  const unique: u32[] = [];
  for (let i = 0; i < values.length; ++i) {
    let at = unique.length;
    while (at > 0 && unique[at - 1] > values[i]) --at;
    if (at > 0 && unique[at - 1] == values[i]) continue;
    unique.push(values[i]);
    for (let j = unique.length - 1; j > at; --j) unique[j] = unique[j - 1];
    unique[at] = values[i];
    // Above the limit there is an error anyway.
    if (unique.length > MAX_CLASSES) return unique;
  }
  return unique;
}
