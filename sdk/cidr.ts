export { AddressPort } from "./assembly/cidr/address-port";
export { Cidr } from "./assembly/cidr/cidr";
export { CidrSet } from "./assembly/cidr/cidr-set";
export { IpAddress } from "./assembly/cidr/ip-address";
