import type { DoctorDocument } from '../json-documents.ts';
import type { Paint } from '../output/paint.ts';
import { pairs } from '../output/table.ts';
import { showCount } from '../output/units.ts';
import { visibleText } from '../output/visible-text.ts';
import type { DoctorCheck, Verdict } from './doctor-check.ts';

const LABELS: Readonly<Record<Verdict, { text: string; colour: Parameters<Paint>[0] }>> = {
  passed: { text: 'passed', colour: 'green' },
  warning: { text: 'warning', colour: 'yellow' },
  failed: { text: 'FAILED', colour: 'red' },
  skipped: { text: 'skipped', colour: 'dim' },
};
const LABEL_WIDTH = 9;

/** The checks as a list, each finding with what to do about it. */
export function doctorText({ database, holders, versions, checks }: DoctorDocument, paint: Paint): string {
  const { iron, node, sqlite, server, schema } = versions;
  const facts = pairs(
    [
      ['Database', database ?? 'unknown'],
      ['Schema', schema ?? 'unknown'],
      ...(server === null ? [] : serverLines(server, holders ?? [])),
      ['Iron', `${iron} on Node.js ${node} with SQLite ${sqlite}`],
    ],
    paint,
  );
  return [facts, '', ...together(checks).map((check) => checkText(check, paint)), '', summary(checks)].join('\n');
}

function serverLines(server: string, holders: NonNullable<DoctorDocument['holders']>): [string, string][] {
  const connected = holders.map(({ command }) => visibleText(command)).join(', ');
  return [
    ['Server', server],
    ['Connected', connected || 'nobody'],
  ];
}

/** Neighbours that were skipped for the same reason as one line. */
function together(checks: readonly DoctorCheck[]): DoctorCheck[] {
  return checks.reduce<DoctorCheck[]>((lines, check) => {
    const last = lines.at(-1);
    const isSame = last?.verdict === 'skipped' && check.verdict === 'skipped' && last.problems[0] === check.problems[0];
    if (!isSame) return [...lines, check];
    return [...lines.slice(0, -1), { ...last, check: `${last.check}, ${check.check}` }];
  }, []);
}

function checkText({ check, verdict, problems, hint }: DoctorCheck, paint: Paint): string {
  const { text, colour } = LABELS[verdict];
  const findings = [...problems, ...(hint ? [hint] : [])].map(
    (line) => `${' '.repeat(LABEL_WIDTH)}${visibleText(line)}`,
  );
  return [`${paint(colour, text.padEnd(LABEL_WIDTH - 2))}  ${check}`, ...findings].join('\n');
}

function summary(checks: readonly DoctorCheck[]): string {
  const count = (wanted: Verdict) => checks.filter(({ verdict }) => verdict === wanted).length;
  const skippedCount = count('skipped');
  return [
    `${count('passed')} passed`,
    showCount(count('warning'), 'warning'),
    `${count('failed')} failed`,
    ...(skippedCount > 0 ? [`${skippedCount} skipped`] : []),
  ].join(', ');
}
