import { CodeSet, digits, LAST_CODE, whiteSpace, wordCharacters } from "./code-set";

/** Deeper groups are refused: they would only exhaust the stack. */
const MAX_DEPTH: i32 = 100;
/** Longer patterns are refused. */
export const MAX_PATTERN_LENGTH: i32 = 4096;
const MAX_REPEAT: i32 = 1000;

export enum NodeKind {
  /** One character of a set. */
  Set,
  /** One child behind the other. */
  Sequence,
  /** One of the children. */
  Alternation,
  /** The child `least` to `most` times. */
  Repetition,
  /** A place in the text. */
  Assertion,
}

export enum Assertion {
  Start,
  End,
  WordBoundary,
  NoWordBoundary,
}

/** A part of a pattern. */
export class PatternNode {
  children: PatternNode[] = [];
  set: CodeSet | null = null;
  assertion: Assertion = Assertion.Start;
  least: i32 = 0;
  /** -1: no limit. */
  most: i32 = 0;

  constructor(readonly kind: NodeKind) {}
}

/** Reads a pattern into its parts. The first mistake ends it: `error` says what, `at` where. */
export class PatternParser {
  error: string = "";
  at: i32 = 0;
  private depth: i32 = 0;

  constructor(
    private source: string,
    private ignoreCase: bool,
    private dotAll: bool,
  ) {}

  /** The whole pattern; null after a mistake. */
  parse(): PatternNode | null {
    if (this.source.length > MAX_PATTERN_LENGTH)
      return this.fail("the pattern is longer than 4096 characters");
    if (!this.leadingFlags()) return null;
    const node = this.alternation();
    if (node !== null && this.at < this.source.length) return this.fail("')' without '('");
    return node;
  }

  /** "(?i)", "(?s)" or "(?is)" at the start, as RE2 has it. */
  private leadingFlags(): bool {
    const first = this.unit(2);
    if (this.unit(0) != 0x28 || this.unit(1) != 0x3f || (first != 0x69 && first != 0x73)) return true;
    let at = 2;
    for (; this.unit(at) == 0x69 || this.unit(at) == 0x73; ++at) {
      if (this.unit(at) == 0x69) this.ignoreCase = true;
      else this.dotAll = true;
    }
    const closed = this.unit(at) == 0x29;
    this.at = closed ? at + 1 : at;
    if (!closed) this.error = "only the flags i and s are known, in front of the whole pattern";
    return closed;
  }

  private alternation(): PatternNode | null {
    const node = new PatternNode(NodeKind.Alternation);
    do {
      const branch = this.sequence();
      if (branch === null) return null;
      node.children.push(branch);
    } while (this.take(0x7c));
    return node.children.length == 1 ? node.children[0] : node;
  }

  private sequence(): PatternNode | null {
    const node = new PatternNode(NodeKind.Sequence);
    while (this.peek() >= 0 && this.peek() != 0x7c && this.peek() != 0x29) {
      const part = this.repeated();
      if (part === null) return null;
      node.children.push(part);
    }
    return node;
  }

  private repeated(): PatternNode | null {
    const part = this.atom();
    if (part === null) return null;
    const start = this.at;
    const node = new PatternNode(NodeKind.Repetition);
    const unit = this.peek();
    if (unit == 0x2a || unit == 0x2b || unit == 0x3f) {
      ++this.at;
      node.least = unit == 0x2b ? 1 : 0;
      node.most = unit == 0x3f ? 1 : -1;
    } else if (!this.bounds(node)) {
      return this.error.length > 0 ? null : part;
    }
    if (part.kind == NodeKind.Assertion) return this.failAt(start, "an assertion cannot be repeated");
    // A lazy quantifier finds the same texts.
    this.take(0x3f);
    const next = this.peek();
    if (next == 0x2a || next == 0x2b || next == 0x3f) return this.fail("nothing to repeat");
    if (this.bounds(node)) return this.failAt(this.at - 1, "nothing to repeat");
    if (this.error.length > 0) return null;
    node.children.push(part);
    return node;
  }

  /** "{m}", "{m,}", "{m,n}". What does not look like one of them is text, and false. */
  private bounds(node: PatternNode): bool {
    const start = this.at;
    if (!this.take(0x7b)) return false;
    const least = this.decimal();
    let most = least;
    if (least >= 0 && this.take(0x2c)) most = this.peek() == 0x7d ? -1 : this.decimal(-2);
    if (least < 0 || most == -2 || !this.take(0x7d)) {
      this.at = start;
      return false;
    }
    if (least > MAX_REPEAT || most > MAX_REPEAT) this.failAt(start, "repeated more than 1000 times");
    else if (most >= 0 && most < least) this.failAt(start, "bounds in the wrong order");
    node.least = least;
    node.most = most;
    return this.error.length == 0;
  }

  /** A number, taken for 9999 when it is larger; `otherwise` when there is none. */
  private decimal(otherwise: i32 = -1): i32 {
    const start = this.at;
    let value = 0;
    for (;;) {
      const digit = this.peek() - 0x30;
      if (digit < 0 || digit > 9) break;
      value = min(value * 10 + digit, 9999);
      ++this.at;
    }
    return this.at == start ? otherwise : value;
  }

  private atom(): PatternNode | null {
    const start = this.at;
    const code = this.next();
    switch (code) {
      case 0x28:
        return this.group(start);
      case 0x5b:
        return this.characterClass(start);
      case 0x2e:
        return setNode(this.dotAll ? CodeSet.of(0, LAST_CODE) : CodeSet.of(0x0a, 0x0a).negated());
      case 0x5e:
        return assertionNode(Assertion.Start);
      case 0x24:
        return assertionNode(Assertion.End);
      case 0x2a:
      case 0x2b:
      case 0x3f:
        return this.failAt(start, "nothing to repeat");
      case 0x5c:
        return this.escape(start);
      case 0x7b: {
        this.at = start;
        if (this.bounds(new PatternNode(NodeKind.Repetition))) return this.failAt(start, "nothing to repeat");
        if (this.error.length > 0) return null;
        this.at = start + 1;
        return this.literal(code);
      }
      default:
        return this.literal(code);
    }
  }

  private group(start: i32): PatternNode | null {
    if (this.take(0x3f)) {
      // (?: and (?<name> and (?P<name>; the rest would be flags inside, or lookaround, which is not regular.
      if (!this.take(0x3a)) {
        this.take(0x50);
        if (!this.take(0x3c) || !this.name()) return this.failAt(start, "a kind of group that is not known");
      }
    }
    if (this.depth == MAX_DEPTH) return this.failAt(start, "groups nested too deeply");
    ++this.depth;
    const node = this.alternation();
    --this.depth;
    if (node === null) return null;
    return this.take(0x29) ? wrapped(node) : this.failAt(start, "'(' without ')'");
  }

  private name(): bool {
    const start = this.at;
    const letters = wordCharacters();
    while (this.peek() >= 0 && letters.contains(this.peek())) ++this.at;
    return this.at > start && this.take(0x3e);
  }

  private literal(code: i32): PatternNode {
    const set = CodeSet.of(code, code);
    if (this.ignoreCase) {
      set.foldCase();
      set.normalise();
    }
    return setNode(set);
  }

  private escape(start: i32): PatternNode | null {
    switch (this.peek()) {
      case 0x62:
        ++this.at;
        return assertionNode(Assertion.WordBoundary);
      case 0x42:
        ++this.at;
        return assertionNode(Assertion.NoWordBoundary);
      case 0x41:
        ++this.at;
        return assertionNode(Assertion.Start);
      case 0x7a:
        ++this.at;
        return assertionNode(Assertion.End);
    }
    const set = this.escapedClass();
    if (set !== null) return setNode(set);
    const code = this.escapedCode(start);
    return code < 0 ? null : this.literal(code);
  }

  /** \d \D \w \W \s \S; null and nothing read for anything else. */
  private escapedClass(): CodeSet | null {
    const unit = this.peek();
    const lower = unit | 0x20;
    if (unit < 0 || (lower != 0x64 && lower != 0x77 && lower != 0x73)) return null;
    ++this.at;
    const set = lower == 0x64 ? digits() : lower == 0x77 ? wordCharacters() : whiteSpace();
    return unit == lower ? set : set.negated();
  }

  /** The one character behind a backslash; -1 after a mistake. */
  private escapedCode(start: i32): i32 {
    const code = this.next();
    switch (code) {
      case -1:
        this.failAt(start, "a backslash at the end");
        return -1;
      case 0x6e:
        return 0x0a;
      case 0x72:
        return 0x0d;
      case 0x74:
        return 0x09;
      case 0x66:
        return 0x0c;
      case 0x76:
        return 0x0b;
      case 0x78:
        return this.hexCode(start, 2);
      case 0x75:
        return this.hexCode(start, 4);
    }
    const letter = (code | 0x20) >= 0x61 && (code | 0x20) <= 0x7a;
    if (code > 0x20 && code < 0x7f && !letter && !(code >= 0x30 && code <= 0x39)) return code;
    const isReference = code >= 0x30 && code <= 0x39;
    this.failAt(start, isReference ? "backreferences are not regular" : "an escape that is not known");
    return -1;
  }

  /** Two or four digits, or any number of them in braces. */
  private hexCode(start: i32, count: i32): i32 {
    const braces = this.take(0x7b);
    let code: u32 = 0;
    let read = 0;
    while (braces ? read < 8 : read < count) {
      const unit = <u32>this.peek();
      const digit = unit - 0x30 < 10 ? unit - 0x30 : (unit | 0x20) - 0x61 < 6 ? (unit | 0x20) - 0x57 : 16;
      if (digit > 15) break;
      code = (code << 4) | digit;
      ++this.at;
      ++read;
    }
    if (code > LAST_CODE || (braces ? read == 0 || !this.take(0x7d) : read < count)) {
      this.failAt(start, "hexadecimal digits of a character are due");
      return -1;
    }
    return code;
  }

  private characterClass(start: i32): PatternNode | null {
    const negated = this.take(0x5e);
    const set = new CodeSet();
    if (this.peek() == 0x5d) return this.failAt(start, "a class without characters");
    while (!this.take(0x5d)) {
      if (this.peek() < 0) return this.failAt(start, "'[' without ']'");
      if (!this.classPart(set)) return null;
    }
    if (this.ignoreCase) set.foldCase();
    set.normalise();
    return setNode(negated ? set.negated() : set);
  }

  private classPart(set: CodeSet): bool {
    const start = this.at;
    const first = this.classCode(set);
    if (this.error.length > 0) return false;
    // A "-" is a range only between two characters.
    if (this.peek() != 0x2d || this.unit(this.at + 1) == 0x5d || this.at + 1 >= this.source.length) {
      if (first >= 0) set.add(first, first);
      return true;
    }
    ++this.at;
    const last = this.classCode(set);
    if (this.error.length > 0) return false;
    if (first < 0 || last < first) {
      this.failAt(start, "a range in the wrong order, or of classes");
      return false;
    }
    set.add(first, last);
    return true;
  }

  /** One character of a class; -1 for an escaped class, which is added to `set`. */
  private classCode(set: CodeSet): i32 {
    const start = this.at;
    const code = this.next();
    if (code != 0x5c) return code;
    const escaped = this.escapedClass();
    if (escaped === null) return this.escapedCode(start);
    set.addAll(escaped);
    return -1;
  }

  /** The unit here; -1 at the end. */
  private peek(): i32 {
    return this.unit(this.at);
  }

  private unit(at: i32): i32 {
    return at < this.source.length ? this.source.charCodeAt(at) : -1;
  }

  /** Reads a character; -1 at the end. */
  private next(): i32 {
    if (this.at >= this.source.length) return -1;
    const code = this.source.codePointAt(this.at);
    this.at += code > 0xffff ? 2 : 1;
    return code;
  }

  private take(unit: i32): bool {
    if (this.peek() != unit) return false;
    ++this.at;
    return true;
  }

  private fail(error: string): PatternNode | null {
    return this.failAt(this.at, error);
  }

  private failAt(at: i32, error: string): PatternNode | null {
    this.error = error;
    this.at = at;
    return null;
  }
}

/** A group of one assertion may be repeated; the assertion itself may not. */
function wrapped(node: PatternNode): PatternNode {
  if (node.kind != NodeKind.Assertion) return node;
  const group = new PatternNode(NodeKind.Sequence);
  group.children.push(node);
  return group;
}

function setNode(set: CodeSet): PatternNode {
  const node = new PatternNode(NodeKind.Set);
  node.set = set;
  return node;
}

function assertionNode(assertion: Assertion): PatternNode {
  const node = new PatternNode(NodeKind.Assertion);
  node.assertion = assertion;
  return node;
}
