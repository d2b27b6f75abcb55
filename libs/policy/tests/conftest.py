import sys
from pathlib import Path

# pytest imports test modules by their path alone; what they share is found from here
sys.path.insert(0, str(Path(__file__).parent))
