import type { Random } from "as-proxy-wasm-sim/explore";

/** One part of the SDK that reads what others send, and what is right to expect of it. */
export interface Target {
  readonly name: string;
  /** The AssemblyScript entry in `assembly/`. */
  readonly entry: string;
  /** Makes an input: well-formed, damaged or junk. */
  generate(random: Random): Buffer;
  /** The fields that the guest must answer. An undefined one may be anything, and so may all, if there are none. */
  expected(input: Buffer): Expected | undefined;
  /** Brings fields into the form of `expected` where several forms are right. */
  normalise?(fields: readonly (string | null)[]): readonly (string | null)[];
  /** How the fields are compared: as octets unless said otherwise. */
  readonly encoding?: "latin1" | "utf8";
}

export type Expected = readonly (string | null | undefined)[];
