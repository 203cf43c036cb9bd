import { randomInt } from 'node:crypto';

/** Without 0, 1, I, l and O, which are misread. */
const LETTERS = '23456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz';
const GROUPS = 5;
const LETTERS_A_GROUP = 5;

/** A password of 145 random bits that can be read out over the telephone: five groups of five letters and digits. */
export function makeTemporaryPassword(): string {
  return Array.from({ length: GROUPS }, makeGroup).join('-');
}

function makeGroup(): string {
  return Array.from({ length: LETTERS_A_GROUP }, () => LETTERS.charAt(randomInt(LETTERS.length))).join('');
}
