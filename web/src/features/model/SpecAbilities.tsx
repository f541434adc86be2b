import { useModels } from '@/chat/models';
import type { ModelSpecBody } from '@/kit/api/types';
import { i18n } from '@/kit/i18n';
import { Checkbox } from '@/ui/Checkbox';
import { Field } from '@/ui/Field';
import { Select } from '@/ui/Select';

/** The tools of providers that may be on from the start. */
const tools = {
  web_search: () => i18n.t('Search the web'),
  url_context: () => i18n.t('Open links in the question'),
} as const;
type Tool = keyof typeof tools;
const toolNames = Object.keys(tools) as Tool[];

interface SpecAbilitiesProps {
  body: ModelSpecBody;
  set: (fields: Partial<ModelSpecBody>) => void;
}

/** What a curated model sees, and what its provider does for it. */
export function SpecAbilities({ body, set }: SpecAbilitiesProps) {
  const model = useModels()?.get(body.model);
  const { vision, remote = [] } = body;
  const offered = toolNames.filter(
    (name) => remote.includes(name) || model?.remote?.includes(name),
  );
  return (
    <>
      <Field
        label={i18n.t('Pictures')}
        help={i18n.t('Whether pictures can be sent to it. It is known of most models.')}
      >
        {(control) => (
          <Select
            {...control}
            value={vision === undefined ? 'known' : vision ? 'yes' : 'no'}
            options={[
              { value: 'known', label: i18n.t('As the model can') },
              { value: 'yes', label: i18n.t('It takes pictures') },
              { value: 'no', label: i18n.t('It takes none') },
            ]}
            onValue={(value) => set({ vision: value === 'known' ? undefined : value === 'yes' })}
          />
        )}
      </Field>
      {offered.length > 0 && (
        <fieldset className="flex flex-col gap-1">
          <legend className="mb-1.5 font-medium text-sm">
            {i18n.t('Always on, at the provider')}
          </legend>
          {offered.map((name) => (
            <Checkbox
              key={name}
              label={tools[name]()}
              checked={remote.includes(name)}
              onChange={({ target }) => {
                const others = remote.filter((other) => other !== name);
                set({ remote: target.checked ? [...others, name] : others });
              }}
            />
          ))}
        </fieldset>
      )}
    </>
  );
}
