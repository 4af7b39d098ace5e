from tqdm import auto
from tqdm.std import tqdm, trange
