// What parameters are called and what they do. An administrator's own words go before these.

import type { Parameter } from '@/kit/api/types';
import { i18n } from '@/kit/i18n';
import { levelName } from './modelWords';

interface Words {
  label: string;
  help: string;
}

export function wordsOf({ name, label, help }: Pick<Parameter, 'name' | 'label' | 'help'>): Words {
  const own = ownWords()[name];
  return { label: label ?? own?.label ?? name, help: help ?? own?.help ?? '' };
}

/** What a value of a parameter is called, if it has a word of its own. */
export function valueName({ name, look }: Parameter, value: string): string {
  return look?.words?.[value] ?? valueWords()[`${name} ${value}`] ?? levelName(value);
}

function valueWords(): Record<string, string> {
  return {
    'summary auto': i18n.t('As the provider has it'),
    'summary concise': i18n.t('Short'),
    'summary detailed': i18n.t('Detailed'),
    'reasoningMode standard': i18n.t('Standard'),
    'reasoningMode pro': i18n.t('Pro'),
    'reasoningContext auto': i18n.t('As the provider has it'),
    'reasoningContext all_turns': i18n.t('Of all turns'),
    'reasoningContext current_turn': i18n.t('Of this turn'),
    'imageDetail auto': i18n.t('As the provider has it'),
    'keep off': i18n.t('Off'),
    'keep 5m': i18n.t('5 minutes'),
    'keep 1h': i18n.t('1 hour'),
    'protocol chat': 'Chat Completions',
    'protocol responses': 'Responses',
  };
}

function ownWords(): Record<string, Words> {
  return {
    effort: {
      label: i18n.t('Reasoning effort'),
      help: i18n.t(
        'How much the model thinks before it answers. More takes longer and costs more.',
      ),
    },
    temperature: {
      label: i18n.t('Temperature'),
      help: i18n.t('Low is matter-of-fact and repeatable, high is varied.'),
    },
    topP: {
      label: i18n.t('Top P'),
      help: i18n.t(
        'Chooses among the likeliest words that make up this share. Change this or the temperature.',
      ),
    },
    topK: {
      label: i18n.t('Top K'),
      help: i18n.t('Chooses among so many of the likeliest words.'),
    },
    maxTokens: {
      label: i18n.t('Longest answer'),
      help: i18n.t('The answer is cut off after so many tokens, reasoning included.'),
    },
    verbosity: {
      label: i18n.t('Verbosity'),
      help: i18n.t('How much the model writes.'),
    },
    reasoningTokens: {
      label: i18n.t('Reasoning budget'),
      help: i18n.t('So many tokens for reasoning; 0 is none.'),
    },
    frequencyPenalty: {
      label: i18n.t('Frequency penalty'),
      help: i18n.t('Above 0, words that came often come less.'),
    },
    presencePenalty: {
      label: i18n.t('Presence penalty'),
      help: i18n.t('Above 0, the model turns to new subjects sooner.'),
    },
    stop: {
      label: i18n.t('Stop at'),
      help: i18n.t('The answer ends where one of these texts would come.'),
    },
    seed: {
      label: i18n.t('Seed'),
      help: i18n.t('The same number makes answers alike, where the provider can.'),
    },
    parallelTools: {
      label: i18n.t('Several tools at once'),
      help: i18n.t('Whether tools may be called side by side.'),
    },
    serviceTier: {
      label: i18n.t('Class of service'),
      help: i18n.t("The provider's own classes: cheaper and slower, or quicker and dearer."),
    },
    logprobs: {
      label: i18n.t('Token probabilities'),
      help: i18n.t('Asks for so many alternatives of each token.'),
    },
    summary: {
      label: i18n.t('Summary of the reasoning'),
      help: i18n.t('How much the model tells of what it thought.'),
    },
    reasoningMode: {
      label: i18n.t('Reasoning mode'),
      help: i18n.t('“Pro” thinks deeper, and takes longer.'),
    },
    reasoningContext: {
      label: i18n.t('Earlier reasoning'),
      help: i18n.t('Whether the model sees what it thought in earlier turns.'),
    },
    contextTokens: {
      label: i18n.t('Longest chat'),
      help: i18n.t('So many tokens of the chat are sent; its oldest messages are left out.'),
    },
    imageDetail: {
      label: i18n.t('Detail of pictures'),
      help: i18n.t('How closely pictures are looked at. High takes more tokens.'),
    },
    resend: {
      label: i18n.t('Send files again'),
      help: i18n.t('Off sends a file only with the message that it came with.'),
    },
    keep: {
      label: i18n.t('Prompt cache'),
      help: i18n.t('How long the provider keeps the beginning of the chat, which then costs less.'),
    },
    whole: {
      label: i18n.t('Answer in one piece'),
      help: i18n.t('On shows the answer when it is complete.'),
    },
    protocol: {
      label: i18n.t('Protocol'),
      help: i18n.t('Responses shows more of the reasoning, where the server has it.'),
    },
    region: {
      label: i18n.t('Region'),
      help: i18n.t('Where the model answers.'),
    },
    schema: {
      label: i18n.t('Answer format'),
      help: i18n.t('A JSON schema that the answer has to match.'),
    },
  };
}
