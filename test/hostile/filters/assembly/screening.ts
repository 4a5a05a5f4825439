import {
  Body,
  BodyAction,
  BodyUse,
  Headers,
  HeadersAction,
  HttpCallHandler,
  HttpFilter,
  HttpRequest,
  HttpResponse,
  registerHttpFilter,
} from "as-proxy-wasm-sdk";

const LIMIT: u32 = 65536;

/** Sends every request body to a service, and lets the request go on only when that says yes. */
class ScreenRequest extends HttpFilter {
  onRequestHeaders(headers: Headers, endOfStream: bool): HeadersAction {
    if (endOfStream) return HeadersAction.Continue;
    return this.collectRequestBody(LIMIT, BodyUse.ReadHeld);
  }

  onRequestBodyComplete(body: Body): BodyAction {
    const question = HttpRequest.post("authz", "/screen", body.bytes()).timeout(500).retries(2, 10);
    if (question.send(this, new RequestVerdict())) return BodyAction.StopIterationAndBuffer;
    this.sendLocalReply(503);
    return BodyAction.StopIterationNoBuffer;
  }
}

class RequestVerdict extends HttpCallHandler<ScreenRequest> {
  onResponse(filter: ScreenRequest, response: HttpResponse): void {
    if (response.ok) {
      filter.requestHeaders.set("x-screened", "yes");
      filter.resumeRequest();
    } else {
      filter.sendLocalReply(response.status == 403 ? 403 : 503);
    }
  }
}

/** The same, where the headers have gone on before. */
class ScreenStreamedRequest extends HttpFilter {
  onRequestHeaders(headers: Headers, endOfStream: bool): HeadersAction {
    if (endOfStream) return HeadersAction.Continue;
    return this.collectRequestBody(LIMIT, BodyUse.Read);
  }

  onRequestBodyComplete(body: Body): BodyAction {
    const question = HttpRequest.post("authz", "/screen", body.bytes()).timeout(500);
    if (question.send(this, new StreamedVerdict())) return BodyAction.StopIterationAndBuffer;
    this.closeStream();
    return BodyAction.StopIterationNoBuffer;
  }
}

class StreamedVerdict extends HttpCallHandler<ScreenStreamedRequest> {
  onResponse(filter: ScreenStreamedRequest, response: HttpResponse): void {
    if (response.ok) filter.resumeRequest();
    else filter.sendLocalReply(response.status == 403 ? 403 : 503);
  }
}

/** Asks a service about every response before the client sees anything of it. */
class ScreenResponse extends HttpFilter {
  onResponseHeaders(headers: Headers, endOfStream: bool): HeadersAction {
    if (!HttpRequest.get("authz", "/screen").timeout(500).send(this, new ResponseVerdict())) {
      this.sendLocalReply(503);
    }
    return HeadersAction.StopAllIterationAndWatermark;
  }
}

class ResponseVerdict extends HttpCallHandler<ScreenResponse> {
  onResponse(filter: ScreenResponse, response: HttpResponse): void {
    if (response.ok) {
      filter.responseHeaders.set("x-screened", "yes");
      filter.resumeResponse();
    } else {
      filter.sendLocalReply(response.status == 403 ? 403 : 503);
    }
  }
}

registerHttpFilter<ScreenRequest>("screen-request");
registerHttpFilter<ScreenStreamedRequest>("screen-streamed-request");
registerHttpFilter<ScreenResponse>("screen-response");
