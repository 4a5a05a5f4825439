// Shared queues (abi.md 5.12, 7.3): one function a host call.

import {
  proxy_dequeue_shared_queue,
  proxy_enqueue_shared_queue,
  proxy_register_shared_queue,
  proxy_resolve_shared_queue,
} from "./env";
import * as result from "./result";
import { Status } from "./status";
import { encode, encodedSize } from "./text";

/** Makes this plugin the one that is told of items; on success the token is the current `result.number()`. */
export function register(name: string): Status {
  const data = encode(name);
  return proxy_register_shared_queue(data, encodedSize, result.word);
}

/** Finds a queue that some VM has registered; an empty id means the own VM. On success as `register`. */
export function resolve(vmId: string, name: string): Status {
  const id = encode(vmId);
  const idSize = encodedSize;
  const data = encode(name);
  return proxy_resolve_shared_queue(id, idSize, data, encodedSize, result.word);
}

/** Puts an item at the end. */
export function enqueue(token: u32, item: Uint8Array): Status {
  return proxy_enqueue_shared_queue(token, item.dataStart, item.length);
}

/** The same with text. */
export function enqueueText(token: u32, item: string): Status {
  const data = encode(item);
  return proxy_enqueue_shared_queue(token, data, encodedSize);
}

/** Takes the first item; on success it is the current `result`. Empty: there is none. */
export function dequeue(token: u32): Status {
  return proxy_dequeue_shared_queue(token, result.word, result.sizeWord);
}
