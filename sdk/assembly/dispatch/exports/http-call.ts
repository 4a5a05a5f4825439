// Answers to HTTP calls (abi.md 7.4): always on the plugin, whoever asked.

import { answerCall } from "../../callout/answer";
import { beginAt } from "../../context/current";
import { Phase } from "../../context/phase";
import { leave } from "../leave";

export function proxy_on_http_call_response(
  id: u32,
  token: u32,
  headerCount: u32,
  bodySize: u32,
  trailerCount: u32,
): void {
  beginAt(id, Phase.HttpCallResponse);
  answerCall(token, headerCount);
  leave();
}
