/** 9999-12-31 23:59:59: a later year has no four digits. */
const LATEST: i64 = 253_402_300_799;

/** A date as HTTP writes it, "Sun, 06 Nov 1994 08:49:37 GMT" (RFC 9110 §5.6.7), of seconds since 1970. */
export function formatHttpDate(unixSeconds: i64): string {
  const seconds = <i32>(max<i64>(0, min<i64>(unixSeconds, LATEST)) % 86_400);
  const days = <i32>(max<i64>(0, min<i64>(unixSeconds, LATEST)) / 86_400);
  // Years are counted from March, so that the leap day comes last; 719468 days lie between 0000-03-01 and 1970-01-01.
  const shifted = days + 719_468;
  const era = shifted / 146_097;
  const dayOfEra = shifted % 146_097;
  const yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365;
  const dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100);
  const monthFromMarch = (5 * dayOfYear + 2) / 153;
  const day = dayOfYear - (153 * monthFromMarch + 2) / 5 + 1;
  const month = monthFromMarch < 10 ? monthFromMarch + 2 : monthFromMarch - 10;
  const year = era * 400 + yearOfEra + (month < 2 ? 1 : 0);
  // 1970-01-01 was a Thursday.
  const weekday = (days + 4) % 7;
  const weekdayName = "SunMonTueWedThuFriSat".substr(weekday * 3, 3);
  const monthName = "JanFebMarAprMayJunJulAugSepOctNovDec".substr(month * 3, 3);
  const time = `${twoDigits(seconds / 3600)}:${twoDigits((seconds / 60) % 60)}:${twoDigits(seconds % 60)}`;
  return `${weekdayName}, ${twoDigits(day)} ${monthName} ${year} ${time} GMT`;
}

function twoDigits(value: i32): string {
  return value < 10 ? `0${value}` : `${value}`;
}
