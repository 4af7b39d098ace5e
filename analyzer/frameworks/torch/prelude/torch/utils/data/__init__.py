class Dataset:
    pass


class IterableDataset(Dataset):
    pass


class Sampler:
    def __init__(self, data_source=None):
        self.data_source = data_source


class RandomSampler(Sampler):
    pass


class SequentialSampler(Sampler):
    pass


class DataLoader:
    def __init__(self, dataset, *args, **kwargs):
        self.dataset = dataset
