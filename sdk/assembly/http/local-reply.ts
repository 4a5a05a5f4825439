import { proxy_send_local_response } from "../abi/env";
import * as pairs from "../abi/pairs";
import { Status } from "../abi/status";
import { encode, encodedSize } from "../abi/text";
import { SHARED_INSTANCE } from "../context/build";
import { Context } from "../context/context";
import { contexts, State } from "../context/contexts";
import {
  answered,
  calledId,
  enterFor,
  isEnding,
  noteAnswered,
  restore,
  slotInEffect,
} from "../context/current";
import { Failure, fail } from "../context/failure";
import { isResponsePhase, phase } from "../context/phase";
import { log, LogLevel } from "../log";

/**
 * What a filter may say besides status and text when it answers by itself:
 *
 *     this.sendLocalReply(429, "slow down\n", new LocalReplyOptions().header("retry-after", "1"));
 */
export class LocalReplyOptions {
  /** Null: none, which is the rule. */
  private fields: string[] | null = null;
  /** Shown in access logs as the response code details; white space becomes `_`. */
  details: string = "";
  /** The status for a gRPC client, 0–16; -1: made from the HTTP status. */
  grpcStatus: i32 = -1;
  /** The body as bytes, instead of the text. */
  bytes: Uint8Array | null = null;

  /** Headers: names at even places, values at odd ones. Envoy adds `content-length`, and `content-type` if missing. */
  get headers(): string[] {
    let fields = this.fields;
    if (fields === null) this.fields = fields = [];
    return fields;
  }

  set headers(fields: string[]) {
    this.fields = fields;
  }

  /** Appends a header. */
  header(name: string, value: string): LocalReplyOptions {
    const fields = this.headers;
    fields.push(name);
    fields.push(value);
    return this;
  }

  /** The headers; null when there are none. @internal */
  _fields(): string[] | null {
    return this.fields;
  }
}

/**
 * Answers the client of a filter's stream; see `HttpFilter.sendLocalReply`. Whatever is wrong with the answer, one is sent:
 * a client must not be left waiting because a filter made a mistake.
 */
export function sendLocalReply(
  filter: Context,
  status: u32,
  body: string,
  options: LocalReplyOptions | null,
): bool {
  if (isEnding(filter)) return fail(Failure.StreamEnded);
  const before = enterFor(filter);
  if (before < 0) return false;
  const inResponse = isResponsePhase(phase) && filter.contextId == calledId;
  const good = send(status, body, options, inResponse);
  restore(before);
  return good;
}

function send(status: u32, body: string, options: LocalReplyOptions | null, inResponse: bool): bool {
  const refusal = refusalNow();
  if (refusal != Failure.None) return fail(refusal);
  let good: bool = true;
  if (status < 200 || status > 599) {
    log.write(LogLevel.Error, "a local reply must have a status from 200 to 599; 500 was sent instead");
    good = fail(Failure.LocalReplyStatus);
    status = 500;
  }
  let bodyData = encode(body);
  let bodySize = encodedSize;
  let details: usize = 0;
  let detailsSize: usize = 0;
  let headers: usize = 0;
  let headersSize: usize = 0;
  let grpcStatus = -1;
  if (options !== null) {
    const bytes = options.bytes;
    if (bytes !== null) {
      bodyData = bytes.dataStart;
      bodySize = bytes.length;
    }
    details = encode(options.details);
    detailsSize = encodedSize;
    const fields = options._fields();
    if (fields !== null && fields.length > 0) {
      headers = writeFields(fields);
      headersSize = pairs.writtenSize;
      if (leftOut) good = fail(Failure.LocalReplyField);
    }
    grpcStatus = options.grpcStatus;
  }
  if (bodySize > 0 && (status == 204 || status == 205 || status == 304)) {
    log.write(LogLevel.Error, "a local reply whose status allows no body was sent without it");
    good = fail(Failure.LocalReplyBody);
    bodySize = 0;
  }
  const sent =
    proxy_send_local_response(
      status,
      details,
      detailsSize,
      bodyData,
      bodySize,
      headers,
      headersSize,
      grpcStatus,
    ) == Status.Ok;
  if (noteAnswer(inResponse)) return fail(Failure.LocalReplyTooLate);
  return sent && good;
}

/** Why the stream in effect cannot be answered now, if so. */
function refusalNow(): Failure {
  // Such a program never answers after the request's callbacks (transform/analysis.ts).
  if (SHARED_INSTANCE) return answered ? Failure.AlreadyAnswered : Failure.None;
  const slot = slotInEffect();
  if (slot < 0) return Failure.NotCreatedYet;
  return contexts().has(slot, State.Answered | State.Closed) ? Failure.AlreadyAnswered : Failure.None;
}

/** Notes that the stream in effect was answered; gives whether the host can only cut it: its response's headers have left. */
function noteAnswer(inResponse: bool): bool {
  if (SHARED_INSTANCE) {
    noteAnswered();
    return false;
  }
  const slot = slotInEffect();
  const table = contexts();
  if (inResponse || table.has(slot, State.ResponseHeld | State.ResponseBegun))
    table.set(slot, State.ResponseReplaced);
  table.set(slot, State.Answered);
  table.clear(slot, State.RequestHeld | State.ResponseHeld);
  return table.has(slot, State.ResponseBegun);
}

/** Whether `writeFields` had to leave something out. */
let leftOut: bool = false;

/** Serialises the fields that may be sent. One that may not would make a 503 of the whole answer (abi.md 5.6). */
function writeFields(fields: string[]): usize {
  const all = pairs.write(fields);
  const good = all ? pairs.countFields(all) : 0;
  leftOut = good * 2 != fields.length;
  if (!leftOut) return all;
  log.write(LogLevel.Error, "fields were left out of a local reply: odd, too many, or not to be sent");
  return all ? pairs.keepFields(all, good) : 0;
}
