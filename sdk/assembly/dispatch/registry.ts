// The registered filters: which classes serve which root id.

import * as message from "../abi/message";
import * as property from "../abi/property";
import * as result from "../abi/result";
import { Status } from "../abi/status";
import { encode, encodedSize } from "../abi/text";
import { HttpFilter } from "../http-filter";
import { Plugin } from "../plugin";
import { SHARED_INSTANCE } from "./build";

// The default of `P` is `void` and not `Plugin`: AssemblyScript looks defaults up in the calling file.

/** One call of `registerHttpFilter`. Static memory: registering allocates nothing. */
@unmanaged
export class Registration {
  next: Registration | null;
  rootId: string;
  createFilter: () => HttpFilter;
  createPlugin: () => Plugin;
  /** The filter class has no fields: one instance serves all streams of a plugin. */
  stateless: bool;
}

let first: Registration | null = null;

let shared: HttpFilter = changetype<HttpFilter>(0);

/** The one instance of a program with `SHARED_INSTANCE`; registering made it. */
export function sharedFilter(): HttpFilter {
  return shared;
}

/**
 * Makes `F` the filter of the plugins whose `root_id` is `rootId`, and `P` the class of these plugins. Call it at the
 * top level of the entry. With one registration an empty `root_id` matches too.
 */
export function registerHttpFilter<F extends HttpFilter, P = void>(rootId: string): void {
  const registration = changetype<Registration>(memory.data(offsetof<Registration>()));
  registration.next = first;
  registration.rootId = rootId;
  if (SHARED_INSTANCE) {
    shared = staticInstance<F>();
  } else {
    registration.createFilter = (): HttpFilter => createFilter<F>();
    registration.createPlugin = (): Plugin => createPlugin<P>();
    registration.stateless = offsetof<F>() == offsetof<HttpFilter>();
  }
  first = registration;
}

function createFilter<F extends HttpFilter>(): HttpFilter {
  return instantiate<F>();
}

function createPlugin<P>(): Plugin {
  if (isManaged<P>()) return instantiate<P>() as Plugin;
  return new Plugin();
}

/**
 * An instance of a class without fields, in static memory: a managed object's header (abi of AssemblyScript 0.28:
 * mmInfo, gcInfo, gcInfo2, rtId, rtSize), of which only the class id matters, and nothing behind it.
 */
function staticInstance<F>(): F {
  const HEADER: usize = 20;
  const RT_ID: usize = 12;
  const header = memory.data(32, 16);
  store<u32>(header + RT_ID, idof<F>());
  return changetype<F>(header + HEADER);
}

/** The registration of the plugin that is being started; null, and a log line that says why, when there is none. */
export function findRegistration(): Registration | null {
  const found = property.get("plugin_root_id") == Status.Ok;
  const rootId = found ? result.address() : 0;
  const size = found ? result.size() : 0;
  let at = first;
  while (at !== null) {
    if (size == 0 && at === first && at.next === null) return at;
    const name = encode(at.rootId);
    if (encodedSize == size && memory.compare(name, rootId, size) == 0) return at;
    at = at.next;
  }
  logUnknownRootId(rootId, size);
  return null;
}

function logUnknownRootId(rootId: usize, size: usize): void {
  message.begin(4096);
  message.text('root_id "');
  message.bytes(rootId, size);
  message.text('" names no filter of this module; it has');
  let at = first;
  while (at !== null) {
    message.text(' "');
    message.text(at.rootId);
    message.text('"');
    at = at.next;
  }
  message.logCritical();
}
