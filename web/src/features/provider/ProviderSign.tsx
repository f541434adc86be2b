import { useQuery } from '@tanstack/react-query';
import { ProviderMark } from '@/chat/ProviderMark';
import { modelsQuery } from '@/chat/queries';

interface ProviderSignProps {
  name: string;
  label: string;
}

/** The sign under which a provider's models stand in the list of models. */
export function ProviderSign({ name, label }: ProviderSignProps) {
  const { data } = useQuery(modelsQuery());
  const offer = data?.items.find((item) => item.name === name);
  return <ProviderMark provider={offer ?? { label: label || name, icon: '', models: [] }} />;
}
