// What the host calls (abi.md 4). The transform exports the first four always, `proxy_on_delete` when contexts are
// remembered, and of the others those that a registered class overrides.

import { BodyAction, HeadersAction, TrailersAction } from "../actions";
import { reserve, reset } from "../abi/arena";
import { collectBetweenCallbacks } from "../abi/collector";
import { requestBody, responseBody } from "../body";
import { pluginConfiguration } from "../configuration";
import { requestHeaders, requestTrailers, responseHeaders, responseTrailers } from "../headers";
import { HttpFilter } from "../http-filter";
import { forgetLevel } from "../log";
import { Plugin } from "../plugin";
import { SHARED_INSTANCE } from "./build";
import { contexts, Root } from "./contexts";
import { setCurrentPlugin } from "./current";
import { findRegistration, sharedFilter } from "./registry";

export function proxy_abi_version_0_2_1(): void {}

export function proxy_on_memory_allocate(size: usize): usize {
  return reserve(size);
}

export function proxy_on_context_create(id: u32, parentId: u32): void {
  // A root is remembered at its start, when its root id can be read.
  if (SHARED_INSTANCE || parentId == 0) return;
  const slot = contexts().find(parentId);
  if (slot < 0) return;
  const root = contexts().rootAt(slot);
  setCurrentPlugin(root.plugin);
  contexts().add(id, root, root.filterForStream());
  leave();
}

export function proxy_on_vm_start(id: u32, configurationSize: usize): bool {
  const registration = findRegistration();
  if (!SHARED_INSTANCE && registration !== null) contexts().add(id, new Root(registration), null);
  leave();
  return registration !== null;
}

export function proxy_on_configure(id: u32, configurationSize: usize): bool {
  const accepted = enterPlugin(id).onConfigure(pluginConfiguration);
  leave();
  return accepted;
}

export function proxy_on_tick(id: u32): void {
  enterPlugin(id).onTick();
  leave();
}

export function proxy_on_request_headers(id: u32, count: u32, endOfStream: bool): HeadersAction {
  const action = enterFilter(id).onRequestHeaders(requestHeaders, endOfStream);
  leave();
  return action;
}

export function proxy_on_request_body(id: u32, size: u32, endOfStream: bool): BodyAction {
  const action = enterFilter(id).onRequestBody(requestBody, endOfStream);
  leave();
  return action;
}

export function proxy_on_request_trailers(id: u32, count: u32): TrailersAction {
  const action = enterFilter(id).onRequestTrailers(requestTrailers);
  leave();
  return action;
}

export function proxy_on_response_headers(id: u32, count: u32, endOfStream: bool): HeadersAction {
  const action = enterFilter(id).onResponseHeaders(responseHeaders, endOfStream);
  leave();
  return action;
}

export function proxy_on_response_body(id: u32, size: u32, endOfStream: bool): BodyAction {
  const action = enterFilter(id).onResponseBody(responseBody, endOfStream);
  leave();
  return action;
}

export function proxy_on_response_trailers(id: u32, count: u32): TrailersAction {
  const action = enterFilter(id).onResponseTrailers(responseTrailers);
  leave();
  return action;
}

export function proxy_on_log(id: u32): void {
  if (SHARED_INSTANCE || contexts().isStream(slotOf(id))) enterFilter(id).onLog();
  leave();
}

export function proxy_on_done(id: u32): bool {
  // A root may go at once; for a stream the answer does not matter.
  if (SHARED_INSTANCE || contexts().isStream(slotOf(id))) enterFilter(id).onDone();
  leave();
  return true;
}

export function proxy_on_delete(id: u32): void {
  contexts().remove(id);
  leave();
}

/** The filter of a stream, with its plugin made current. */
function enterFilter(id: u32): HttpFilter {
  if (SHARED_INSTANCE) return sharedFilter();
  const slot = slotOf(id);
  setCurrentPlugin(contexts().rootAt(slot).plugin);
  return contexts().filterAt(slot);
}

/** The plugin of a root, made current. */
function enterPlugin(id: u32): Plugin {
  const plugin = contexts().rootAt(slotOf(id)).plugin;
  setCurrentPlugin(plugin);
  return plugin;
}

/** The slot of a context. An id the host never announced can't be served: letting it pass would open every guard. */
function slotOf(id: u32): i32 {
  const slot = contexts().find(id);
  assert(slot >= 0, "the host used a context that it did not create");
  return slot;
}

/** Ends a callback: what the host returned is forgotten, and garbage collected when there is enough of it. */
function leave(): void {
  reset();
  forgetLevel();
  if (!SHARED_INSTANCE) setCurrentPlugin(null);
  collectBetweenCallbacks();
}
