import {
  CallOutcome,
  Headers,
  HeadersAction,
  HttpCallHandler,
  HttpFilter,
  HttpRequest,
  HttpResponse,
  lastFailure,
  log,
  registerHttpFilter,
} from "as-proxy-wasm-sdk";

/** Asks a service about every request, and tells the upstream what it said. */
class Authorise extends HttpFilter {
  onRequestHeaders(headers: Headers, endOfStream: bool): HeadersAction {
    const cluster = headers.get("x-cluster");
    const token = headers.get("x-token");
    const request = HttpRequest.get(cluster === null ? "authz" : cluster, "/check").timeout(500);
    if (token !== null) request.header("x-token", token);
    if (!request.send(this, new CheckAnswer())) this.sendLocalReply(503, lastFailure());
    return HeadersAction.StopAllIterationAndWatermark;
  }
}

class CheckAnswer extends HttpCallHandler<Authorise> {
  onResponse(filter: Authorise, response: HttpResponse): void {
    if (!response.ok) {
      filter.sendLocalReply(
        response.outcome == CallOutcome.Answered ? 403 : 503,
        `outcome ${response.outcome}\n`,
      );
      return;
    }
    const headers = filter.requestHeaders;
    const user = response.headers.get("x-user");
    if (user !== null) headers.set("x-user", user);
    headers.set("x-answer-headers", response.headers.count.toString());
    headers.set("x-answer-size", response.body.bytes().length.toString());
    filter.resumeRequest();
  }
}

/** Goes on working with a request that it was told is gone. */
class Stubborn extends HttpFilter {
  onRequestHeaders(headers: Headers, endOfStream: bool): HeadersAction {
    if (!HttpRequest.get("authz", "/slow").send(this, new StubbornAnswer(this))) this.sendLocalReply(503);
    return HeadersAction.StopAllIterationAndWatermark;
  }
}

class StubbornAnswer extends HttpCallHandler<Stubborn> {
  constructor(private filter: Stubborn) {
    super();
  }

  onResponse(filter: Stubborn, response: HttpResponse): void {
    filter.requestHeaders.set("x-answer", "in time");
    filter.resumeRequest();
  }

  onOwnerGone(response: HttpResponse): void {
    const filter = this.filter;
    const done =
      (filter.requestHeaders.set("x-answer", "too late") ? 1 : 0) +
      (filter.requestHeaders.get("x-answer") !== null ? 2 : 0) +
      (filter.resumeRequest() ? 4 : 0) +
      (filter.resumeResponse() ? 8 : 0) +
      (filter.sendLocalReply(200, "too late") ? 16 : 0) +
      (filter.closeStream() ? 32 : 0);
    log.warn(`stubborn: done ${done}, status ${response.status}, ${lastFailure()}`);
  }
}

registerHttpFilter<Authorise>("authorise");
registerHttpFilter<Stubborn>("stubborn");
