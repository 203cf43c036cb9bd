import { Client } from 'pg';
import { beforeEveryChange } from '../../lifecycle/kill-before-change.fixture.ts';

/**
 * Where a process is: a step is a statement that was sent, and is on its way, or a change of which files there are, right
 * before it. Waiting for others takes steps, too, so that only commits have the same numbers in every run.
 */
export type Moment = `step ${number}` | `before commit ${number}` | `commit ${number}`;

/** What a process has come to. */
export interface Progress {
  readonly steps: number;
  readonly commits: number;
}

/** Counts the steps of this process from now on, and kills it at that moment. The server goes on with what was sent. */
export function killAtMoment(moment: string | undefined): Progress {
  const progress = { steps: 0, commits: 0 };
  const reach = (reached: Moment) => {
    if (reached === moment) process.kill(process.pid, 'SIGKILL');
  };
  const step = () => {
    progress.steps += 1;
    reach(`step ${progress.steps}`);
  };
  beforeEveryChange(step);
  aroundEveryStatement((statement, send) => {
    const isCommit = textOf(statement) === 'COMMIT';
    if (isCommit) progress.commits += 1;
    if (isCommit) reach(`before commit ${progress.commits}`);
    const answer = send();
    if (isCommit) reach(`commit ${progress.commits}`);
    step();
    return answer;
  });
  return progress;
}

function aroundEveryStatement(act: (statement: unknown, send: () => unknown) => unknown): void {
  const query: unknown = Reflect.get(Client.prototype, 'query');
  if (typeof query !== 'function') throw new TypeError('The driver has another name for it.');
  Object.assign(Client.prototype, {
    query(this: Client, ...words: unknown[]): unknown {
      return act(words[0], () => Reflect.apply(query, this, words));
    },
  });
}

/** The driver takes a text, or an object that holds it. */
function textOf(statement: unknown): unknown {
  return typeof statement === 'object' && statement !== null && 'text' in statement ? statement.text : statement;
}
