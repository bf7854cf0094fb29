"""Search engines, one file each. They rank passages by analysed terms and know nothing of articles."""
