import type { TomlTable, TomlValue } from 'smol-toml';
import type { ConfigProblem } from './config-errors.ts';
import type { ConfigEntry, ConfigLayer } from './config-layer.ts';
import type { Environment } from '../connection/environment.ts';
import { ENVIRONMENTS } from './environment.ts';
import { isTable, type LocatedKey } from './locate-keys.ts';
import { nearestWord } from '@iron/errors';
import { ALL_SETTINGS, sectionName, sectionNames, type Setting } from './settings.ts';
import { showValue } from './show-value.ts';

interface ParsedFile {
  readonly path: string;
  readonly table: TomlTable;
  readonly keys: readonly LocatedKey[];
  readonly environment: Environment;
}

type Found =
  | { readonly setting: Setting<unknown>; readonly value: TomlValue; readonly line: number }
  | { readonly problem: string; readonly line: number };

/** Sorts what a file holds into known settings, with their lines, and problems: whatever is not known. */
export function readSections(file: ParsedFile): Omit<ConfigLayer, 'folder'> {
  const values: [Setting<unknown>, ConfigEntry][] = [];
  const problems: ConfigProblem[] = [];
  for (const found of Object.entries(file.table).flatMap(([name, value]) => readSection(file, name, value))) {
    if ('problem' in found) problems.push({ where: `${file.path}:${found.line}`, text: found.problem });
    else
      values.push([found.setting, { value: found.value, source: { kind: 'file', file: file.path, line: found.line } }]);
  }
  return { values: new Map(values), problems };
}

function readSection(file: ParsedFile, name: string, value: TomlValue): Found[] {
  const settings = ALL_SETTINGS.filter(({ section }) => sectionName(section, file.environment) === name);
  const line = lineOf(file, [name]);
  if (settings.length === 0) return [{ problem: explainUnknownSection(file, name, value), line }];
  if (!isTable(value)) return [{ problem: `${name} must be a section, [${name}], found ${showValue(value)}.`, line }];
  return Object.entries(value).map(([key, inner]): Found => {
    const setting = settings.find((known) => known.key === key);
    const keyLine = lineOf(file, [name, key]);
    return setting
      ? { setting, value: inner, line: keyLine }
      : { problem: explainUnknownKey(file, name, key), line: keyLine };
  });
}

function explainUnknownSection(file: ParsedFile, name: string, value: TomlValue): string {
  const { environment } = file;
  const sections = sectionNames(environment);
  const expected = `expected ${sections
    .map((known) => `[${known}]`)
    .join(', ')
    .replace(/, ([^,]*)$/, ' and $1')}`;
  if (ENVIRONMENTS.some((other) => other === name)) {
    return `the section [${name}] belongs to another environment; this file is for ${environment}, ${expected}.`;
  }
  const home = ALL_SETTINGS.find(({ key }) => key === name);
  if (home && !isTable(value)) {
    return `the key ${name} stands outside a section; expected it below [${sectionName(home.section, environment)}].`;
  }
  const kind = isTable(value) ? `section [${showKey(name)}]` : `key ${showKey(name)}`;
  return `unknown ${kind}${suggest(nearestWord(name, sections), (near) => `[${near}]`)}; ${expected}.`;
}

function explainUnknownKey(file: ParsedFile, section: string, key: string): string {
  const home = ALL_SETTINGS.find((setting) => setting.key === key);
  if (home)
    return `the key ${key} is not of [${section}]; expected it below [${sectionName(home.section, file.environment)}].`;
  const known = ALL_SETTINGS.filter((setting) => sectionName(setting.section, file.environment) === section);
  const keys = known.map((setting) => setting.key);
  const nearest = suggest(nearestWord(key, keys), (near) => near);
  return `unknown key ${section}.${showKey(key)}${nearest}; expected one of ${keys.join(', ')}.`;
}

function suggest(near: string | undefined, show: (near: string) => string): string {
  return near === undefined ? '' : ` (did you mean ${show(near)}?)`;
}

function showKey(key: string): string {
  return /^[A-Za-z0-9_-]+$/.test(key) ? key : showValue(key);
}

/** The line of the key itself or, for a section that is never opened by a header, of the first key in it. */
function lineOf(file: ParsedFile, path: readonly string[]): number {
  const isWithin = (key: LocatedKey) => path.every((part, index) => key.path[index] === part);
  return file.keys.find(isWithin)?.line ?? 1;
}
