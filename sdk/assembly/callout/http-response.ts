import * as headerMap from "../abi/header-map";
import { HeaderMapType, Status } from "../abi/status";
import { Body, callBody, noBody } from "../http/body";
import { callHeaders, callTrailers, Headers, noHeaders } from "../http/headers";
import { CallOutcome } from "./call-outcome";

/** The answer to an HTTP call, readable in its handler and not later: copy what you keep. */
export class HttpResponse {
  /** A handler is given its response. @internal */
  constructor(
    /** Whether there was an answer, and if not, why. */
    readonly outcome: CallOutcome,
    /** The status; 0 when there was no answer. */
    readonly status: u32,
  ) {}

  /** Whether the upstream answered with a status from 200 to 299. */
  get ok(): bool {
    return this.outcome == CallOutcome.Answered && this.status >= 200 && this.status < 300;
  }

  /** The answer's headers, `:status` among them; none when there was no answer. */
  get headers(): Headers {
    return this.outcome == CallOutcome.Answered ? callHeaders : noHeaders;
  }

  /** The whole body; empty when there was no answer. */
  get body(): Body {
    return this.outcome == CallOutcome.Answered ? callBody : noBody;
  }

  /** The answer's trailers; none when there was no answer. */
  get trailers(): Headers {
    return this.outcome == CallOutcome.Answered ? callTrailers : noHeaders;
  }
}

/**
 * The answer that the host has now. It gives most failures the form of an answer: three headers of its own and a text of its own
 * (abi.md 7.4). An upstream that sends these very texts, and no date, is taken for a failure.
 */
export function receivedResponse(headerCount: u32): HttpResponse {
  if (headerCount == 0) return new HttpResponse(CallOutcome.Reset, 0);
  const status = statusOf();
  // 502: the upstream's answer was no HTTP.
  if (
    headerCount == 3 &&
    status >= 502 &&
    status <= 504 &&
    callBody.size < 1024 &&
    !callHeaders.has("date")
  ) {
    const text = callBody.text();
    if (status == 504 && text == "upstream request timeout") return new HttpResponse(CallOutcome.Timeout, 0);
    if (status != 504 && text.startsWith("upstream connect error or disconnect/reset before headers"))
      return new HttpResponse(CallOutcome.Unreachable, 0);
    if (status == 503 && text == "no healthy upstream") return new HttpResponse(CallOutcome.Unreachable, 0);
  }
  return new HttpResponse(CallOutcome.Answered, status);
}

function statusOf(): u32 {
  if (headerMap.find(HeaderMapType.HttpCallResponseHeaders, ":status") != Status.Ok) return 0;
  const text = headerMap.text();
  if (text.length != 3) return 0;
  let status: u32 = 0;
  for (let i = 0; i < 3; ++i) {
    const digit = <u32>text.charCodeAt(i) - 0x30;
    if (digit > 9) return 0;
    status = status * 10 + digit;
  }
  return status;
}
