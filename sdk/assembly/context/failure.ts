// Why something was not done. What can fail notes a number, which costs three stores; the sentence is made when it is
// asked for, and a module that never asks has none of the texts.

import { HeaderMapType, Status } from "../abi/status";
import { Phase, phase, phaseName } from "./phase";

/** What went wrong, in the SDK's terms. */
export const enum Failure {
  None,
  /** `detail` is the header map. */
  HeadersUnreadable,
  /** `detail` is the header map. */
  HeadersUnwritable,
  FieldName,
  FieldValue,
  PseudoHeader,
  FieldPairs,
  TooManyFields,
  /** `detail` is the buffer. */
  BodyUnreadable,
  /** `detail` is the buffer. */
  BodyUnwritable,
  BodyCollectedForReading,
  ContextGone,
  OtherStream,
  NotCreatedYet,
  StreamEnded,
  LocalReplyStatus,
  LocalReplyField,
  LocalReplyBody,
  AlreadyAnswered,
  LocalReplyTooLate,
  AlreadyClosed,
  NotHeld,
  StillCollecting,
  OwnCallback,
  NoDoneAwaited,
  /** `detail` is the host's status. */
  Host,
  CallCluster,
  CallPseudoHeader,
  CallNoHost,
  CallTooLarge,
  GrpcTarget,
  GrpcStreamClosed,
  CollectTooLate,
  SharedDataContended,
  NoSharedCounter,
  ResultTooLarge,
}

let kind: Failure = Failure.None;
let detail: u32 = 0;
let failedIn: Phase = Phase.None;

/** Notes a failure; false, so that it can be returned. */
export function fail(what: Failure, about: u32 = 0): bool {
  kind = what;
  detail = about;
  failedIn = phase;
  return false;
}

/** Forgets the last failure: what comes now is absent, and that is none. */
export function forgetFailure(): void {
  kind = Failure.None;
}

/** Whether a host function did what it was asked to; if not, that is noted. */
export function succeeded(status: u32): bool {
  return status == Status.Ok || fail(Failure.Host, status);
}

/**
 * Why the last call of this callback that answered null, false or a default did so, as a sentence. "": none has, or what it was asked
 * for is merely absent (a header, a property, a key of the shared data), which is no failure.
 */
export function lastFailure(): string {
  switch (kind) {
    case Failure.None:
      return "";
    case Failure.HeadersUnreadable:
      if (detail == NO_MAP) return NO_MESSAGE;
      return mapName() + " can be read " + mapPlaces() + ", and in onLog; this was " + phaseName(failedIn);
    case Failure.HeadersUnwritable:
      if (detail == NO_MAP) return NO_MESSAGE;
      return mapName() + " can be changed " + mapPlaces() + "; this was " + phaseName(failedIn);
    case Failure.FieldName:
      return "a field's name must be a token of RFC 9110: letters, digits and !#$%&'*+-.^_`|~";
    case Failure.FieldValue:
      return "a field's value must not have control characters, such as CR, LF or NUL";
    case Failure.PseudoHeader:
      return "a pseudo header can be set to a value without spaces (:status to 200 to 599), not added, removed or made up";
    case Failure.FieldPairs:
      return "fields are pairs of a name and a value; one has no value";
    case Failure.TooManyFields:
      return "the host takes at most 1024 fields and 1 MiB at once";
    case Failure.BodyUnreadable:
      return "there is no body to read here: " + BODY_PLACES + phaseName(failedIn);
    case Failure.BodyUnwritable:
      return "there is no body to change here: " + BODY_PLACES + phaseName(failedIn);
    case Failure.BodyCollectedForReading:
      return "this body is collected with BodyUse.Read: its content-length stays, so its size must too; use BodyUse.Change";
    case Failure.ContextGone:
      return "the stream or plugin does not exist any more";
    case Failure.OtherStream:
      return NO_MESSAGE;
    case Failure.NotCreatedYet:
      return "a constructor cannot do this: the host's first callback of the stream or plugin can";
    case Failure.StreamEnded:
      return "the stream has ended; this was " + phaseName(failedIn);
    case Failure.LocalReplyStatus:
      return "the status of a local reply must be 200 to 599: 500 was sent";
    case Failure.LocalReplyField:
      return "a field of a local reply was left out: its name or value must not be sent";
    case Failure.LocalReplyBody:
      return "the body of a local reply was left out: its status allows none (RFC 9110 section 6.4.1)";
    case Failure.AlreadyAnswered:
      return "this stream was answered already, or closed: there is one local reply a stream";
    case Failure.LocalReplyTooLate:
      return "the headers of the response have left: the stream was cut, since nothing else could be answered";
    case Failure.AlreadyClosed:
      return "this stream was closed or answered already";
    case Failure.NotHeld:
      return "nothing is held: no earlier callback of this direction returned a stop that still holds";
    case Failure.StillCollecting:
      return "the body is still being collected: what has come of it does not go on before onRequestBodyComplete or onResponseBodyComplete";
    case Failure.OwnCallback:
      return "a callback does not resume its own direction: it returns Continue";
    case Failure.NoDoneAwaited:
      return "done() ends a wait that onDone began by returning false; this was " + phaseName(failedIn);
    case Failure.Host:
      return "the host answered " + statusName(detail);
    case Failure.CallCluster:
      return "no call was made: the cluster is unknown, or :method, :path or :authority is missing";
    case Failure.CallPseudoHeader:
      return "no call was made: method and authority must not be empty, the path must begin with /, none may have spaces, and no other pseudo header can be set";
    case Failure.CallNoHost:
      return "no call was made: the cluster has no host to send it to";
    case Failure.CallTooLarge:
      return "no call was made: the host takes at most 1024 fields and 1 MiB of them";
    case Failure.GrpcTarget:
      return "no call was made: cluster, service and method must be named, without spaces";
    case Failure.GrpcStreamClosed:
      return "the gRPC stream is closed in this direction";
    case Failure.CollectTooLate:
      return (
        "a body can be collected only from the headers callback of its message; this was " +
        phaseName(failedIn)
      );
    case Failure.SharedDataContended:
      return "other threads wrote this key in between, each time it was tried: nothing was changed";
    case Failure.NoSharedCounter:
      return "this key of the shared data holds something that is no counter";
    case Failure.ResultTooLarge:
      return "the result was larger than the limit, and was refused";
    default:
      return "";
  }
}

/** The number that `noHeaders` has instead of a map's. */
const NO_MAP: u32 = 8;
const NO_MESSAGE =
  "there is no message to reach: a stream's callback cannot reach that of another stream (a timer or an answer to a callout can), and a call that was not answered brought none";
const BODY_PLACES = "it is held only in its own callbacks and while they hold it; this was ";

function mapName(): string {
  switch (detail) {
    case HeaderMapType.RequestHeaders:
      return "request headers";
    case HeaderMapType.RequestTrailers:
      return "request trailers";
    case HeaderMapType.ResponseHeaders:
      return "response headers";
    case HeaderMapType.ResponseTrailers:
      return "response trailers";
    case HeaderMapType.HttpCallResponseHeaders:
    case HeaderMapType.HttpCallResponseTrailers:
      return "the fields of a call's response";
    default:
      return "gRPC metadata";
  }
}

function mapPlaces(): string {
  switch (detail) {
    case HeaderMapType.RequestHeaders:
      return "in onRequestHeaders and while the request is held from there";
    case HeaderMapType.RequestTrailers:
      return "in onRequestTrailers and while the request is held from there, and added to in the last onRequestBody";
    case HeaderMapType.ResponseHeaders:
      return "in onResponseHeaders and while the response is held from there";
    case HeaderMapType.ResponseTrailers:
      return "in onResponseTrailers and while the response is held from there, and added to in the last onResponseBody";
    default:
      return "in the handler they are given to, where they can only be read";
  }
}

function statusName(status: u32): string {
  switch (status) {
    case Status.NotFound:
      return "NotFound";
    case Status.BadArgument:
      return "BadArgument";
    case Status.SerializationFailure:
      return "SerializationFailure";
    case Status.ParseFailure:
      return "ParseFailure";
    case Status.BadExpression:
      return "BadExpression";
    case Status.InvalidMemoryAccess:
      return "InvalidMemoryAccess";
    case Status.Empty:
      return "Empty";
    case Status.CasMismatch:
      return "CasMismatch";
    case Status.ResultMismatch:
      return "ResultMismatch";
    case Status.InternalFailure:
      return "InternalFailure";
    case Status.BrokenConnection:
      return "BrokenConnection";
    case Status.Unimplemented:
      return "Unimplemented";
    default:
      return "an unknown status";
  }
}
