// What parameters are called and what they do. An administrator's own words go before these.

import type { Parameter } from '@/kit/api/types';
import { i18n } from '@/kit/i18n';

interface Words {
  label: string;
  help: string;
}

export function wordsOf({ name, label, help }: Parameter): Words {
  const own = ownWords()[name];
  return { label: label ?? own?.label ?? name, help: help ?? own?.help ?? '' };
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
    schema: {
      label: i18n.t('Answer format'),
      help: i18n.t('A JSON schema that the answer has to match.'),
    },
  };
}
