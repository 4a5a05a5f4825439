const LINE_FEED = 0x0a;

/** Which line and column a byte of a text has, counted while the text comes by in pieces. */
export class LineCount {
  #piece: Uint8Array = new Uint8Array();
  /** Of the first byte of the piece, from the beginning of the text. */
  #pieceStart = 0;
  /** How far lines are counted: the position, its line, and where that line begins. */
  #position = 0;
  #line: number;
  #lineStart = 0;

  constructor(firstLine = 1) {
    this.#line = firstLine;
  }

  get end(): number {
    return this.#pieceStart + this.#piece.length;
  }

  /** The next piece of the text; from here on only places in it are told exactly. */
  add(piece: Uint8Array): void {
    this.#countTo(this.end);
    this.#pieceStart = this.end;
    this.#piece = piece;
  }

  /** Forgets the bytes of the piece, which its owner may now change. */
  release(): void {
    const end = this.end;
    this.#countTo(end);
    this.#piece = new Uint8Array();
    this.#pieceStart = end;
  }

  /** Both from 1; columns are bytes. A place that has gone by already is told as the last one that was asked for. */
  at(position: number): { readonly line: number; readonly column: number } {
    this.#countTo(position);
    return { line: this.#line, column: this.#position - this.#lineStart + 1 };
  }

  #countTo(position: number): void {
    const piece = this.#piece;
    const stop = Math.min(position, this.end) - this.#pieceStart;
    let lines = 0;
    let lineStart = this.#lineStart;
    for (let index = this.#position - this.#pieceStart; index < stop; index += 1) {
      if (piece[index] !== LINE_FEED) continue;
      lines += 1;
      lineStart = this.#pieceStart + index + 1;
    }
    this.#line += lines;
    this.#lineStart = lineStart;
    this.#position = Math.max(this.#position, this.#pieceStart + stop);
  }
}
