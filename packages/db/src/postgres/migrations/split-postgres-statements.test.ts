import { expect, test } from 'vitest';
import { splitPostgresStatements } from './split-postgres-statements.ts';

const split = (sql: string) => splitPostgresStatements(sql).map((statement) => [statement.line, statement.sql]);

test.each([
  [
    'two',
    'SELECT 1;\nSELECT 2',
    [
      [1, 'SELECT 1;'],
      [2, 'SELECT 2'],
    ],
  ],
  ['comments', '-- one; two\n\n/* a /* ; */ ; */ SELECT 1; -- end;', [[3, 'SELECT 1;']]],
  [
    'strings',
    "SELECT 'a;''b;';SELECT 2;",
    [
      [1, "SELECT 'a;''b;';"],
      [1, 'SELECT 2;'],
    ],
  ],
  [
    'strings with escapes',
    String.raw`SELECT E'\';';SELECT 2;`,
    [
      [1, String.raw`SELECT E'\';';`],
      [1, 'SELECT 2;'],
    ],
  ],
  [
    'strings without',
    String.raw`SELECT '\';SELECT 2;`,
    [
      [1, String.raw`SELECT '\';`],
      [1, 'SELECT 2;'],
    ],
  ],
  [
    'names',
    'SELECT 1 AS "a;""b;";SELECT 2;',
    [
      [1, 'SELECT 1 AS "a;""b;";'],
      [1, 'SELECT 2;'],
    ],
  ],
  [
    'bodies',
    'CREATE f AS $$\nBEGIN;\nEND;\n$$;\nSELECT 2;',
    [
      [1, 'CREATE f AS $$\nBEGIN;\nEND;\n$$;'],
      [5, 'SELECT 2;'],
    ],
  ],
  [
    'bodies in bodies',
    'A $x$ ; $$ ; $$ ; $x$;B;',
    [
      [1, 'A $x$ ; $$ ; $$ ; $x$;'],
      [1, 'B;'],
    ],
  ],
  [
    'names with dollars',
    'SELECT a$b$c;SELECT d$b$;',
    [
      [1, 'SELECT a$b$c;'],
      [1, 'SELECT d$b$;'],
    ],
  ],
  [
    'bodies that are SQL',
    'CREATE FUNCTION f() BEGIN ATOMIC SELECT 1; SELECT 2; END; SELECT 3;',
    [
      [1, 'CREATE FUNCTION f() BEGIN ATOMIC SELECT 1; SELECT 2; END;'],
      [1, 'SELECT 3;'],
    ],
  ],
  ['nothing', ' -- nothing\n;;/* open', []],
])('splits at the semicolons that end statements: %s', (_, sql, statements) => {
  expect(split(sql)).toEqual(statements);
});
