import { decodeRange } from "as-proxy-wasm-sdk/assembly/abi/text";
import { AddressPort, Cidr, CidrSet, IpAddress } from "as-proxy-wasm-sdk/cidr";
import { each, putInteger, putNull, putText } from "./batch";

export { current, prepare, results, variantSize, variantStart, vary } from "./batch";

export function run(count: i32): i32 {
  return each(count, check);
}

/** "BLOCK BLOCK … ADDRESS" */
function check(input: Uint8Array): void {
  const words = decodeRange(input, 0, input.length).split(" ");
  const last = words[words.length - 1];
  const address = IpAddress.parse(last);
  if (address === null) putNull();
  else putText(address.toString());
  const set = new CidrSet();
  let good = 0;
  let found = false;
  for (let i = 0; i < words.length - 1; ++i) {
    const block = Cidr.parse(words[i]);
    if (block === null) continue;
    ++good;
    set.addBlock(block);
    if (address !== null && block.contains(address)) found = true;
  }
  putInteger(good);
  // One block after the other says the same as the set.
  putInteger(found ? 1 : 0);
  putInteger(set.containsText(last) ? 1 : 0);
  const pair = AddressPort.parse(last + ":80");
  putInteger(pair === null ? 0 : 1);
  AddressPort.parse(last);
}
