// `content-length` must not lie: a peer that believes it cuts the body or takes its rest for the next message
// (abi.md 8.2). Which of the two ends a collected body goes by stands in the stream's state.

import * as buffer from "../abi/buffer";
import { BufferType } from "../abi/status";
import { COLLECTS_REQUESTS, COLLECTS_RESPONSES } from "../context/build";
import { contexts, State } from "../context/contexts";
import { slotInEffect } from "../context/current";
import { Failure, fail } from "../context/failure";
import { Headers, requestHeaders, responseHeaders } from "./headers";

/** Whether a body may change its size: not when it is collected to be read. */
export function mayChange(body: u32): bool {
  if (COLLECTS_REQUESTS && body == BufferType.HttpRequestBody && has(State.RequestReadOnly))
    return fail(Failure.BodyCollectedForReading);
  if (COLLECTS_RESPONSES && body == BufferType.HttpResponseBody && has(State.ResponseReadOnly))
    return fail(Failure.BodyCollectedForReading);
  return true;
}

/** Called when a body was changed: where its headers are still held, they learn its size. */
export function bodyChanged(body: u32): void {
  if (COLLECTS_REQUESTS && body == BufferType.HttpRequestBody && has(State.RequestHeadersHeld))
    setLength(requestHeaders, body);
  if (COLLECTS_RESPONSES && body == BufferType.HttpResponseBody && has(State.ResponseHeadersHeld))
    setLength(responseHeaders, body);
}

function has(state: State): bool {
  const slot = slotInEffect();
  return slot >= 0 && contexts().has(slot, state);
}

function setLength(headers: Headers, body: u32): void {
  if (headers.has("content-length")) headers.set("content-length", `${buffer.length(body)}`);
}

const MOST: i64 = 1 << 48;

/** The size that the headers announce; -1 when they announce none that can be understood. A number beyond reason is the largest. */
export function announcedLength(headers: Headers): i64 {
  const text = headers.get("content-length");
  if (text === null || text.length == 0) return -1;
  let size: i64 = 0;
  for (let i = 0; i < text.length; ++i) {
    const digit = text.charCodeAt(i) - 0x30;
    if (digit < 0 || digit > 9) return -1;
    size = min<i64>(size * 10 + digit, MOST);
  }
  return size;
}
