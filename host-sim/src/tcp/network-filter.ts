import type { BodyBuffer } from "../http/body-buffer.js";

/** What a network filter tells Envoy. */
export type FilterStatus = "Continue" | "StopIteration";

/** Who ended the client's connection, in the numbers of the ABI: Envoy or the client. */
export const CloseType = { Local: 1, Remote: 2 } as const;
export type CloseType = (typeof CloseType)[keyof typeof CloseType];

/** One filter of a connection. Reads pass the chain front to back, writes back to front. */
export interface NetworkFilter {
  readonly name: string;
  onNewConnection(): FilterStatus;
  /** Everything the client has sent and nobody has taken. */
  onData(data: BodyBuffer, endStream: boolean): FilterStatus;
  /** Everything for the client that no filter has let pass. */
  onWrite(data: BodyBuffer, endStream: boolean): FilterStatus;
  onClose(type: CloseType): void;
}

/** What a filter can do to its connection. */
export interface NetworkCallbacks {
  /** Reading goes on behind this filter. */
  continueReading(): void;
  close(details: string): void;
}
