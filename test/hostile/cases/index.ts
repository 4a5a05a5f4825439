import type { Case } from "../case.js";
import { calloutAnswers, calloutMemory, lateAnswers } from "./callouts.js";
import { configurations } from "./configuration.js";
import { everywhere } from "./everywhere.js";
import { frames } from "./frames.js";
import { grpcAnswers } from "./grpc.js";
import { headerValues } from "./header-values.js";
import { emptyBodies, json, onePieces, trailers } from "./json.js";
import { library } from "./library.js";
import { aborts, limits } from "./limits-and-aborts.js";
import { load } from "./load.js";
import { mistakes } from "./mistakes.js";
import { oddExchanges } from "./odd-exchanges.js";
import { screened } from "./screening.js";
import { updates } from "./updates.js";
import { waitingRoom } from "./waiting-room.js";

/** Every input and every mistake. */
export const allCases: readonly Case[] = [
  ...headerValues,
  ...json,
  ...emptyBodies,
  ...onePieces,
  ...trailers,
  ...limits,
  ...aborts,
  ...oddExchanges,
  ...library,
  ...calloutAnswers,
  ...lateAnswers,
  ...screened,
  ...calloutMemory,
  ...grpcAnswers,
  ...frames,
  ...load,
  ...mistakes,
  ...waitingRoom,
  ...everywhere,
  ...configurations,
  ...updates,
];
