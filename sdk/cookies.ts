export { Cookies } from "./assembly/cookies/cookies";
export { SameSite, SetCookie } from "./assembly/cookies/set-cookie";
