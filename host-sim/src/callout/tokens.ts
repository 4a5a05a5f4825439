/** The low two bits of a token say what it stands for; each kind counts by itself (abi.md 7.4). */
export const TokenKind = { HttpCall: 0, GrpcCall: 1, GrpcStream: 2 } as const;
export type TokenKind = (typeof TokenKind)[keyof typeof TokenKind];

const increment = 4;

/** The numbers of a VM's callouts: 4, 8, … for HTTP calls, 5, 9, … for gRPC calls, 6, 10, … for gRPC streams. */
export class CalloutTokens {
  readonly #last: [number, number, number] = [0, 1, 2];

  #lastDns = 1;

  /** Name lookups count by themselves: 2, 3, … */
  nextDns(): number {
    return (this.#lastDns += 1);
  }

  next(kind: TokenKind): number {
    return (this.#last[kind] += increment);
  }
}

export function tokenKind(token: number): TokenKind | null {
  const kind = token % increment;
  return kind === 3 ? null : (kind as TokenKind);
}
