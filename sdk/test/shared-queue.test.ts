import { beforeEach, expect, it } from "vitest";
import { runWithHost, type ScriptedGuest } from "./scripted-host.js";

const source = `
import { SharedQueue } from "as-proxy-wasm-sdk/assembly/shared/shared-queue";
import { lastFailure } from "as-proxy-wasm-sdk/assembly/context/failure";
import { encodeBytes } from "as-proxy-wasm-sdk/assembly/abi/text";

const jobs = SharedQueue.resolve("worker", "jobs");
export function send(item: string): bool { return jobs.enqueueText(item); }
export function sendBytes(item: string): bool { return jobs.enqueue(encodeBytes(item)); }
export function take(): string | null { return jobs.dequeueText(); }
export function takenSize(): i32 {
  const item = jobs.dequeue();
  return item === null ? -1 : item.length;
}

let own: SharedQueue | null = null;
export function register(name: string): bool {
  own = SharedQueue.register(name);
  return own !== null;
}
/** What dispatch does with a host's token. */
export function isOwn(token: u32): bool { return SharedQueue.ofToken(token) === own; }
export function takeOf(token: u32): string | null { return SharedQueue.ofToken(token).dequeueText(); }
export function failure(): string { return lastFailure(); }
`;

/** The host's queues (abi.md 7.3): tokens count from 1. */
class Queues {
  readonly tokens = new Map<string, number>();
  readonly items = new Map<number, Buffer[]>();
  resolved = 0;
  private last = 0;

  make(vmId: string, name: string): number {
    const key = `${vmId}/${name}`;
    const token = this.tokens.get(key) ?? ++this.last;
    this.tokens.set(key, token);
    if (!this.items.has(token)) this.items.set(token, []);
    return token;
  }

  drop(vmId: string, name: string): void {
    this.items.delete(this.tokens.get(`${vmId}/${name}`)!);
    this.tokens.delete(`${vmId}/${name}`);
  }
}

let queues: Queues;
let guest: ScriptedGuest;
const text = (value: string): number => guest.__newString(value);
const read = (pointer: number): string | null => (pointer === 0 ? null : guest.__getString(pointer));

beforeEach(async () => {
  const host = (queues = new Queues());
  guest = await runWithHost(source, (memory) => ({
    proxy_register_shared_queue(name: number, size: number, out: number) {
      memory.writeU32(out, host.make("own", memory.readText(name, size)));
      return 0;
    },
    proxy_resolve_shared_queue(vm: number, vmSize: number, name: number, size: number, out: number) {
      host.resolved++;
      const token = host.tokens.get(`${memory.readText(vm, vmSize)}/${memory.readText(name, size)}`);
      if (token === undefined) return 1;
      memory.writeU32(out, token);
      return 0;
    },
    proxy_enqueue_shared_queue(token: number, item: number, size: number) {
      const items = host.items.get(token);
      if (items === undefined) return 1;
      items.push(memory.read(item, size));
      return 0;
    },
    proxy_dequeue_shared_queue(token: number, item: number, size: number) {
      const items = host.items.get(token);
      if (items === undefined) return 1;
      const first = items.shift();
      return first === undefined ? 7 : memory.give(first, item, size);
    },
  }));
});

it("is looked up when it is used first, and again for as long as nobody has registered it", () => {
  expect(queues.resolved).toBe(0);
  expect(guest["send"]!(text("early"))).toBe(0);
  expect(read(guest["failure"]!())).toBe("the host answered NotFound");
  queues.make("worker", "jobs");
  expect(guest["send"]!(text("first"))).toBe(1);
  expect(guest["sendBytes"]!(text("secönd"))).toBe(1);
  expect(queues.resolved).toBe(2);
  expect(queues.items.get(1)!.map(String)).toEqual(["first", "secönd"]);
});

it("gives items in order, then null; an empty item is not null", () => {
  queues.make("worker", "jobs");
  for (const item of ["a", "", "c"]) guest["send"]!(text(item));
  expect(read(guest["take"]!())).toBe("a");
  expect(guest["takenSize"]!()).toBe(0);
  expect(read(guest["take"]!())).toBe("c");
  expect(read(guest["take"]!())).toBeNull();
  expect(guest["takenSize"]!()).toBe(-1);
  expect(read(guest["failure"]!())).toBe("");
});

it("finds the queue again when all its VMs went and others came", () => {
  queues.make("worker", "jobs");
  guest["send"]!(text("old"));
  queues.drop("worker", "jobs");
  expect(guest["send"]!(text("nobody"))).toBe(0);
  queues.make("worker", "jobs");
  expect(guest["send"]!(text("new"))).toBe(1);
  expect(read(guest["take"]!())).toBe("new");
});

it("is one object for a name: the one that onQueueReady gets", () => {
  queues.make("someone", "else's");
  expect(guest["register"]!(text("mine"))).toBe(1);
  expect(guest["isOwn"]!(2)).toBe(1);
  expect(guest["register"]!(text("mine"))).toBe(1);
  expect(guest["isOwn"]!(2)).toBe(1);
  expect(guest["isOwn"]!(1)).toBe(0);
});

it("can be had by a token alone, even by one that no queue has", () => {
  queues.make("someone", "else's");
  queues.items.get(1)!.push(Buffer.from("item"));
  expect(read(guest["takeOf"]!(1))).toBe("item");
  expect(read(guest["takeOf"]!(77))).toBeNull();
  expect(read(guest["failure"]!())).toBe("the host answered NotFound");
});
