import { Assertion } from "./parser";
import { Operation, Program } from "./program";

/** The answers of `step` that are no state. */
export const MATCHED: i32 = -1;
export const FAILED: i32 = -2;

/** Most memory for the states of one pattern, in bytes. When it is used up, all are forgotten and found again as needed. */
const BUDGET: i32 = 128 * 1024;
const MOST_STATES: i32 = 1024;
const FIRST_CAPACITY: i32 = 8;

/** What lies before the next character. */
const AT_START: u8 = 0;
const BEHIND_OTHER: u8 = 1;
const BEHIND_WORD: u8 = 2;

/**
 * The deterministic automaton of a program, made while texts are read: a state is the set of instructions that a match may be
 * at, and what lies before. A text costs one step a character. A step that was never made costs at most the program's size,
 * so the whole is linear in the text, whatever text and pattern are.
 *
 *   transitions   states × (classes + 1)   the next state, 0 when it is not known; state 0 is the start and never a next one
 *   positions     states × words           a bit for each instruction
 *   before        states                   AT_START, BEHIND_OTHER, BEHIND_WORD
 *   index         2 × states               states by hash; 0 is free
 */
export class Matcher {
  private stride: i32 = 0;
  private words: i32 = 0;
  private limit: i32 = 0;
  private capacity: i32 = 0;
  private count: i32 = 0;
  private transitions: StaticArray<i16> = new StaticArray<i16>(0);
  private positions: StaticArray<u32> = new StaticArray<u32>(0);
  private before: StaticArray<u8> = new StaticArray<u8>(0);
  private index: StaticArray<i16> = new StaticArray<i16>(0);
  /** The instructions after the step that is being made. */
  private next: StaticArray<u32> = new StaticArray<u32>(0);
  /** The step in which an instruction was seen last. */
  private seen: StaticArray<u32> = new StaticArray<u32>(0);
  private stepNumber: u32 = 0;
  private pending: StaticArray<i32> = new StaticArray<i32>(0);

  constructor(private program: Program) {
    this.stride = program.classes + 1;
    this.words = (program.size + 31) >> 5;
    const stateSize = this.stride * 2 + this.words * 4 + 1 + 4;
    this.limit = max(FIRST_CAPACITY, min(MOST_STATES, BUDGET / stateSize));
    this.next = new StaticArray<u32>(this.words);
    this.seen = new StaticArray<u32>(program.size);
    // Each instruction is put there at most once a step.
    this.pending = new StaticArray<i32>(program.size + 1);
    this.clear(FIRST_CAPACITY);
  }

  /** The state behind a character's class in `state`, or behind the end of the text; MATCHED, FAILED. */
  // @ts-ignore: decorator
  @inline
  step(state: i32, class_: i32): i32 {
    // Both are below the bounds of the table: states come from here, classes from the program.
    const known = <i32>unchecked(this.transitions[state * this.stride + class_]);
    return known != 0 ? known : this.make(state, class_);
  }

  /** The end of the text, as a class. */
  get end(): i32 {
    return this.stride - 1;
  }

  private make(state: i32, class_: i32): i32 {
    const matched = this.follow(state, class_);
    let target = MATCHED;
    if (!matched) {
      const empty = this.isEmpty();
      if (class_ == this.end || (empty && this.program.anchored)) {
        target = FAILED;
      } else {
        const isWord = this.program.usesWords && unchecked(this.program.wordClasses[class_]);
        const generation = this.capacity;
        const counted = this.count;
        target = this.find(isWord ? BEHIND_WORD : BEHIND_OTHER);
        // All states were forgotten, `state` too.
        if (this.count < counted && generation == this.capacity) return target;
      }
    }
    this.transitions[state * this.stride + class_] = <i16>target;
    return target;
  }

  /** Puts into `next` where the instructions of a state get by a class; true when they get to the end. */
  private follow(state: i32, class_: i32): bool {
    const program = this.program;
    const atStart = this.before[state] == AT_START;
    const atEnd = class_ == this.end;
    const behindWord = this.before[state] == BEHIND_WORD;
    const beforeWord = !atEnd && program.wordClasses[class_];
    memory.fill(changetype<usize>(this.next), 0, (<usize>this.words) << 2);
    if (++this.stepNumber == 0) {
      memory.fill(changetype<usize>(this.seen), 0, (<usize>program.size) << 2);
      this.stepNumber = 1;
    }
    let waiting = 0;
    if (atStart || !program.anchored) waiting = this.enter(0, waiting);
    for (let word = 0; word < this.words; ++word) {
      let bits = this.positions[state * this.words + word];
      while (bits != 0) {
        waiting = this.enter((word << 5) + <i32>ctz<u32>(bits), waiting);
        bits &= bits - 1;
      }
    }
    while (waiting > 0) {
      const at = this.pending[--waiting];
      switch (<Operation>program.operations[at]) {
        case Operation.Take:
          if (!atEnd && program.isMember(program.x[at], class_)) {
            const after = at + 1;
            this.next[after >> 5] |= 1 << (after & 31);
          }
          break;
        case Operation.Fork:
          waiting = this.enter(program.x[at], waiting);
          waiting = this.enter(program.y[at], waiting);
          break;
        case Operation.Jump:
          waiting = this.enter(program.x[at], waiting);
          break;
        case Operation.Assert:
          if (holds(program.x[at], atStart, atEnd, behindWord != beforeWord))
            waiting = this.enter(at + 1, waiting);
          break;
        default:
          return true;
      }
    }
    return false;
  }

  /** Puts an instruction among those that wait, unless it was there in this step. */
  private enter(at: i32, waiting: i32): i32 {
    if (this.seen[at] == this.stepNumber) return waiting;
    this.seen[at] = this.stepNumber;
    this.pending[waiting] = at;
    return waiting + 1;
  }

  private isEmpty(): bool {
    for (let word = 0; word < this.words; ++word) {
      if (this.next[word] != 0) return false;
    }
    return true;
  }

  /** The state of the instructions in `next`; a new one when there is none yet. */
  private find(before: u8): i32 {
    const slots = this.capacity << 1;
    let slot = this.hash(before) & (slots - 1);
    while (this.index[slot] != 0) {
      if (this.isState(this.index[slot], before)) return this.index[slot];
      slot = (slot + 1) & (slots - 1);
    }
    if (this.count == this.capacity) {
      if (this.capacity << 1 <= this.limit) this.grow();
      else this.clear(this.capacity);
      return this.find(before);
    }
    const state = this.count++;
    this.index[slot] = <i16>state;
    this.before[state] = before;
    memory.copy(
      changetype<usize>(this.positions) + ((<usize>state * this.words) << 2),
      changetype<usize>(this.next),
      (<usize>this.words) << 2,
    );
    memory.fill(
      changetype<usize>(this.transitions) + ((<usize>state * this.stride) << 1),
      0,
      (<usize>this.stride) << 1,
    );
    return state;
  }

  private isState(state: i32, before: u8): bool {
    if (this.before[state] != before) return false;
    for (let word = 0; word < this.words; ++word) {
      if (this.positions[state * this.words + word] != this.next[word]) return false;
    }
    return true;
  }

  private hash(before: u8): i32 {
    let hash: u32 = before;
    for (let word = 0; word < this.words; ++word) hash = (hash ^ this.next[word]) * 0x9e3779b1;
    return <i32>(hash >> 15);
  }

  /** Forgets all states but the start, which has no instructions: the first step enters the program. */
  private clear(capacity: i32): void {
    if (capacity != this.capacity) {
      this.transitions = new StaticArray<i16>(capacity * this.stride);
      this.positions = new StaticArray<u32>(capacity * this.words);
      this.before = new StaticArray<u8>(capacity);
      this.index = new StaticArray<i16>(capacity << 1);
      this.capacity = capacity;
    }
    memory.fill(changetype<usize>(this.index), 0, (<usize>capacity) << 2);
    memory.fill(changetype<usize>(this.transitions), 0, (<usize>this.stride) << 1);
    this.before[0] = AT_START;
    this.count = 1;
  }

  /** Makes room for twice as many states and keeps those there are. */
  private grow(): void {
    const count = this.count;
    const transitions = this.transitions;
    const positions = this.positions;
    const before = this.before;
    const next = this.next;
    this.clear(this.capacity << 1);
    memory.copy(
      changetype<usize>(this.transitions),
      changetype<usize>(transitions),
      (<usize>count * this.stride) << 1,
    );
    memory.copy(
      changetype<usize>(this.positions),
      changetype<usize>(positions),
      (<usize>count * this.words) << 2,
    );
    memory.copy(changetype<usize>(this.before), changetype<usize>(before), count);
    this.next = new StaticArray<u32>(this.words);
    this.count = count;
    const slots = this.capacity << 1;
    for (let state = 1; state < count; ++state) {
      memory.copy(
        changetype<usize>(this.next),
        changetype<usize>(this.positions) + ((<usize>state * this.words) << 2),
        (<usize>this.words) << 2,
      );
      let slot = this.hash(this.before[state]) & (slots - 1);
      while (this.index[slot] != 0) slot = (slot + 1) & (slots - 1);
      this.index[slot] = <i16>state;
    }
    this.next = next;
  }
}

function holds(assertion: i32, atStart: bool, atEnd: bool, atBoundary: bool): bool {
  if (assertion == Assertion.Start) return atStart;
  if (assertion == Assertion.End) return atEnd;
  return (assertion == Assertion.WordBoundary) == atBoundary;
}
