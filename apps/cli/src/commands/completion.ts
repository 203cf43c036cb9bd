import { z } from 'zod';
import { bashCompletion } from '../completion/bash-completion.ts';
import { completionTree, type CompletionNode } from '../completion/completion-tree.ts';
import { fishCompletion } from '../completion/fish-completion.ts';
import { zshCompletion } from '../completion/zsh-completion.ts';
import { DONE } from '../exit-code.ts';
import type { Command, Noun } from '../grammar/command.ts';
import { defineCommand } from '../grammar/define-command.ts';
import type { CompletionDocument } from '../json-documents.ts';

const SHELLS = ['bash', 'zsh', 'fish'] as const;

const WRITERS: Readonly<Record<(typeof SHELLS)[number], (nodes: readonly CompletionNode[]) => string>> = {
  bash: bashCompletion,
  zsh: zshCompletion,
  fish: fishCompletion,
};

/** @param grammar the program that is completed; asked for late, because this command is a part of it */
export function defineCompletion(grammar: () => Noun): Command {
  return defineCommand({
    name: 'completion',
    summary: 'Print a script with which a shell completes commands, flags and values',
    explanation:
      'The script holds all words and starts nothing while you type. For bash, add to ~/.bashrc:\n\n' +
      '  source <(iron completion bash)\n\n' +
      'For zsh, add to ~/.zshrc, after compinit:\n\n' +
      '  source <(iron completion zsh)\n\n' +
      'For fish:\n\n' +
      '  iron completion fish > ~/.config/fish/completions/iron.fish',
    arguments: {
      shell: z.enum(SHELLS, { error: `must be ${SHELLS.join(', ')}` }).meta({ description: SHELLS.join(', ') }),
    },
    flags: {},
    examples: ['completion bash', 'completion fish'],
    run: async ({ arguments: { shell } }) => {
      const script = WRITERS[shell](completionTree(grammar()));
      const document: CompletionDocument = { shell, script };
      return { document, text: () => script, exitCode: DONE };
    },
  });
}
