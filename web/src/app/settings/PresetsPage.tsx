import { type Slots, SlotsContext } from '@/chat/slots';
import { ModelPicker } from '@/features/model/ModelPicker';
import { PresetsSection } from '@/features/preset/PresetsSection';

const slots: Slots = { ModelPicker };

/** The presets, with the choice of a model that the chat has too. */
export function PresetsPage() {
  return (
    <SlotsContext value={slots}>
      <PresetsSection />
    </SlotsContext>
  );
}
